import { NativeSelect } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Channel } from '@/features/channels/channels';
import { fieldText, type FieldValue } from '@/features/details/fieldValue';
import { list, nearTime } from '@/i18n/format';
import { asApiError } from '@/api/problem';
import { ErrorNote } from '@/ui/ErrorNote';
import { Skeleton } from '@/ui/Skeleton';
import type { Part } from './diff';
import type { AnyTemplate, Field, Of, Outcome, Preview, PreviewAsked, Sort } from './templates';
import css from './Preview.module.css';

interface Props {
  sort: Sort;
  template: AnyTemplate;
  channels: Channel[];
  asked: PreviewAsked;
  ask: (asked: PreviewAsked) => void;
  result: UseQueryResult<Preview>;
  fields: Field[];
}

const counts = [5, 10, 20, 50];
const sorts: Of[] = ['messages', 'comments', 'leads'];

/** What the newest events would have become: by what is in force, and by the draft. What differs is marked. */
export function PreviewTable({ sort, template, channels, asked, ask, result, fields }: Props) {
  const { t } = useTranslation();
  const say = useSay();
  const channel = channels.find((c) => c.id === asked.channel_id);
  if (!channel) return <p className={css.hint}>{t('templates.preview.noChannel')}</p>;
  const uses = template.used_by.some((c) => c.id === channel.id);
  const faulty = result.error && asApiError(result.error).faults.length > 0;
  const items = result.data?.items ?? [];
  const different = items.filter((i) => i.draft && i.today && rows(sort, i.today, i.draft, fields, say).some((r) => r.differs)).length;
  return (
    <div className={css.preview}>
      <div className={css.ask}>
        <NativeSelect size="xs" label={t('templates.preview.channel')} value={asked.channel_id} data={channels.map((c) => ({ value: c.id, label: nameOf(c) }))} onChange={(e) => ask({ ...asked, channel_id: e.currentTarget.value })} />
        <NativeSelect size="xs" label={t('templates.preview.of')} value={asked.of ?? ''} data={[{ value: '', label: t('templates.preview.all') }, ...sorts.map((s) => ({ value: s, label: t(`templates.sort.${s}`) }))]} onChange={(e) => ask({ ...asked, of: (e.currentTarget.value || undefined) as Of | undefined })} />
        <NativeSelect size="xs" label={t('templates.preview.count')} value={String(asked.events)} data={counts.map(String)} onChange={(e) => ask({ ...asked, events: Number(e.currentTarget.value) })} />
      </div>
      {!uses && <p className={css.note}>{t('templates.preview.other', { channel: nameOf(channel) })}</p>}
      {faulty && <p className={css.note}>{t('templates.preview.faulty')}</p>}
      {result.error && !faulty && <ErrorNote error={result.error} retry={() => void result.refetch()} />}
      {result.data?.warnings.map((w) => (
        <p key={w.code + w.text} className={css.warn}>
          {w.text}
        </p>
      ))}
      {!result.data && !result.error && <Skeleton lines={4} />}
      {result.data && items.length === 0 && <p className={css.hint}>{t('templates.preview.none')}</p>}
      {items.length > 0 && (
        <>
          <p className={css.sum} role="status">
            {different === 0 ? t('templates.preview.same', { count: items.length }) : t('templates.preview.different', { count: different, all: items.length })}
          </p>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by the keyboard */}
          <div className={css.scroll} role="region" aria-label={t('templates.preview.title')} tabIndex={0} data-stale={result.isPlaceholderData || faulty || undefined}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th scope="col">{t('templates.preview.message')}</th>
                  <th scope="col">{t('templates.preview.now')}</th>
                  <th scope="col">{t('templates.preview.draft')}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((item, n) => (
                  <tr key={item.event_id ?? n}>
                    <th scope="row">{item.message || t('templates.preview.noText')}</th>
                    {item.draft && item.today ? (
                      <Pair sort={sort} today={item.today} draft={item.draft} fields={fields} />
                    ) : (
                      <td colSpan={2} className={css.hint}>
                        {item.reason_text}
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </div>
  );
}

const nameOf = (c: Channel) => c.display_name || c.name;

function Pair({ sort, today, draft, fields }: { sort: Sort; today: Outcome; draft: Outcome; fields: Field[] }) {
  const { t } = useTranslation();
  const all = rows(sort, today, draft, fields, useSay());
  return (
    <>
      <td data-head={t('templates.preview.now')}>
        <Result rows={all.map((r) => ({ ...r, value: r.now }))} mark={false} />
      </td>
      <td data-head={t('templates.preview.draft')}>
        {all.some((r) => r.differs) ? <Result rows={all.map((r) => ({ ...r, value: r.next }))} mark /> : <p className={css.sameHere}>{t('templates.preview.sameHere')}</p>}
      </td>
    </>
  );
}

interface Row {
  name: string;
  now: string;
  next: string;
  differs: boolean;
}

type Shown = Part | 'status' | 'email' | 'phone';

/** The words for things, without all that the type of t knows. */
interface Say {
  part: (part: Shown) => string;
  nobody: string;
  priority: (p: Outcome['task']['priority'] | '') => string;
  kind: (k: Outcome['contact']['kind']) => string;
}

function useSay(): Say {
  const { t } = useTranslation();
  return {
    part: (part) => t(`templates.part.${part}`),
    nobody: t('templates.preview.nobody'),
    priority: (p) => (p && p !== 'normal' ? t(`tasks.priority.${p as 'low'}`) : ''),
    kind: (k) => t(`templates.kind.${k || 'person'}`),
  };
}

/** What an event comes to, thing by thing; what neither has is left out. */
function rows(sort: Sort, today: Outcome, draft: Outcome, fields: Field[], say: Say): Row[] {
  const pairs = sort === 'object' ? taskRows(today, draft, say) : contactRows(today, draft, say);
  const values = (o: Outcome) => (sort === 'object' ? o.task.fields : o.contact.fields) as Record<string, FieldValue>;
  const known = new Map(fields.map((f) => [f.key, f]));
  const keys = new Set([...Object.keys(values(today) ?? {}), ...Object.keys(values(draft) ?? {})]);
  for (const key of keys) {
    const field = known.get(key) ?? ({ key, label: key, type: 'text' } as Field);
    pairs.push([field.label, fieldText(field, values(today)[key]), fieldText(field, values(draft)[key])]);
  }
  return pairs.map(([name, now, next]) => ({ name, now, next, differs: now !== next })).filter((r) => r.now || r.next);
}

function taskRows({ task: a }: Outcome, { task: b }: Outcome, say: Say): [string, string, string][] {
  const both = (part: Shown, of: (x: Outcome['task']) => string): [string, string, string] => [say.part(part), of(a), of(b)];
  const nobody = (names: string[]) => (names.length > 0 ? list(names) : say.nobody);
  return [
    both('title', (x) => x.title),
    both('description', (x) => x.description),
    both('assignees', (x) => nobody(x.assignees.map((p) => p.name))),
    both('status', (x) => x.status.name),
    both('participants', (x) => list(x.participants.map((p) => p.name))),
    both('tags', (x) => x.tags.join(', ')),
    both('topic', (x) => x.topic),
    both('priority', (x) => say.priority(x.priority)),
    both('due_in', (x) => (x.due_at ? nearTime(x.due_at) : '')),
  ];
}

function contactRows({ contact: a }: Outcome, { contact: b }: Outcome, say: Say): [string, string, string][] {
  const both = (part: Shown, of: (x: Outcome['contact']) => string): [string, string, string] => [say.part(part), of(a), of(b)];
  return [
    both('name', (x) => x.name),
    both('kind', (x) => say.kind(x.kind)),
    both('email', (x) => x.email),
    both('phone', (x) => x.phone),
    both('group', (x) => x.group),
    both('tags', (x) => x.tags.join(', ')),
  ];
}

function Result({ rows: all, mark }: { rows: (Row & { value: string })[]; mark: boolean }) {
  const { t } = useTranslation();
  return (
    <dl className={css.outcome}>
      {all.map((r) => (
        <div key={r.name} data-differs={(mark && r.differs) || undefined}>
          <dt>
            {r.name}
            {mark && r.differs && <span className="sr"> {t('templates.preview.changed')}</span>}
          </dt>
          <dd>{r.value ? mark && r.differs ? <mark>{r.value}</mark> : r.value : <span className={css.none}>{t('templates.preview.empty')}</span>}</dd>
        </div>
      ))}
    </dl>
  );
}

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { staffQuery } from '@/features/people/people';
import { clockTime, dayName, fullTime, sameDay } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconBook, IconDownload } from '@/ui/icons';
import { Badge } from '@/ui/Badge';
import { Skeleton } from '@/ui/Skeleton';
import { Choose, ChooseSpan, Empty, More, TrustScreen, useMayLook } from './parts';
import type { AuditSearch } from './search';
import { actionsQuery, auditFile, useAudit, type AuditEntry } from './trust';
import css from './trust.module.css';

const objects = ['account', 'attachment', 'channel', 'comment', 'connection', 'contact', 'contact_group', 'contact_import', 'invitation', 'lead_form', 'login', 'message', 'saved_reply', 'session', 'staff', 'task', 'task_view', 'team', 'template', 'token'] as const;

/** Who did what, when, and what was before. */
export function AuditScreen() {
  const { t } = useTranslation();
  const search = useSearch({ strict: false }) as AuditSearch;
  return (
    <TrustScreen
      title={t('settings.audit')}
      hint={t('trust.audit.hint')}
      actions={
        <>
          <Button component="a" href={auditFile(search, 'csv')} download size="xs" variant="default" leftSection={<IconDownload size={14} />}>
            {t('trust.csv')}
          </Button>
          <Button component="a" href={auditFile(search, 'ndjson')} download size="xs" variant="default" leftSection={<IconDownload size={14} />}>
            {t('trust.audit.lines')}
          </Button>
        </>
      }
    >
      <Log search={search} />
    </TrustScreen>
  );
}

function Log({ search }: { search: AuditSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = useMayLook();
  const { data: staff } = useQuery(staffQuery);
  const { data: actions } = useQuery({ ...actionsQuery, enabled: may });
  const list = useAudit(search);
  const set = (part: Partial<AuditSearch>) => void navigate({ to: '/settings/audit', search: { ...search, ...part } as never, replace: true });
  return (
    <>
      <div className={css.filters} role="search">
        <ChooseSpan value={search} set={set} />
        <Choose
          label={t('trust.audit.person')}
          all={t('trust.audit.everybody')}
          value={search.person}
          options={(staff?.items ?? []).map((s) => ({ value: s.id, label: s.name }))}
          set={(person) => set({ person })}
        />
        <Choose
          label={t('trust.audit.action')}
          all={t('trust.audit.everything')}
          value={search.action}
          options={(actions?.items ?? []).map((a) => ({ value: a.action, label: a.text }))}
          set={(action) => set({ action })}
        />
        <Choose
          label={t('trust.audit.object')}
          all={t('trust.audit.allObjects')}
          value={search.object}
          options={objects.map((o) => ({ value: o, label: t(`trust.audit.of.${o}`) }))}
          set={(object) => set({ object, id: undefined })}
        />
        {search.id && (
          <Button size="compact-xs" variant="light" onClick={() => set({ id: undefined })}>
            {t('trust.audit.notOnlyThis')}
          </Button>
        )}
      </div>
      {list.error && list.rows.length === 0 ? (
        <ErrorNote error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Skeleton lines={8} />
      ) : list.rows.length === 0 ? (
        <Empty icon={<IconBook size={28} />} title={t('trust.audit.none')} hint={t('trust.noneHint')} />
      ) : (
        <Days rows={list.rows} only={(e) => set({ object: e.object_type, id: e.object_id })} />
      )}
      <More list={list} />
    </>
  );
}

function Days({ rows, only }: { rows: AuditEntry[]; only: (e: AuditEntry) => void }) {
  const days: AuditEntry[][] = [];
  for (const e of rows) {
    const last = days.at(-1);
    if (last && sameDay(last[0]!.at, e.at)) last.push(e);
    else days.push([e]);
  }
  return days.map((day) => (
    <section key={day[0]!.id} aria-label={dayName(day[0]!.at)}>
      <h2 className={css.day}>{dayName(day[0]!.at)}</h2>
      <ol className={css.rows}>
        {day.map((e) => (
          <Entry key={e.id} entry={e} only={() => only(e)} />
        ))}
      </ol>
    </section>
  ));
}

function Entry({ entry: e, only }: { entry: AuditEntry; only: () => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const turned = e.changes.filter((c) => c.before !== null);
  const plain = e.changes.filter((c) => c.before === null);
  return (
    <li className={css.entry}>
      <time className={css.when} dateTime={e.at} title={fullTime(e.at)}>
        {clockTime(e.at)}
      </time>
      <div>
        <p>
          <strong>{e.actor_name || t('trust.audit.kontor')}</strong> {e.actor_kind === 'bot' && <Badge>{t('trust.audit.byToken')}</Badge>} {e.text}
          {e.object && (
            <>
              {': '}
              <Target entry={e} />
            </>
          )}
        </p>
        <ul className={css.changes}>
          {turned.map((c) => (
            <li key={c.field}>
              {c.label}: <del>{c.before}</del> <span role="img" aria-label={t('trust.audit.became')}>→</span> <ins>{c.after}</ins>
            </li>
          ))}
        </ul>
        {plain.length > 0 && (turned.length === 0 || open) && (
          <p className={`${css.quiet} ${css.plainly}`}>
            {plain.map((c) => (
              <span key={c.field}>
                {c.label}: {c.after}
              </span>
            ))}
          </p>
        )}
        {open && (
          <dl className={css.facts}>
            <dt>{t('trust.audit.action')}</dt>
            <dd>
              <code>{e.action}</code>
            </dd>
            <dt>{t('trust.audit.object')}</dt>
            <dd>
              {e.object_type} <code>{e.object_id}</code>{' '}
              <Button size="compact-xs" variant="subtle" onClick={only}>
                {t('trust.audit.onlyThis')}
              </Button>
            </dd>
            {e.ip && (
              <>
                <dt>{t('trust.audit.address')}</dt>
                <dd className="tabular">{e.ip}</dd>
              </>
            )}
            {e.request_id && (
              <>
                <dt>{t('error.requestId')}</dt>
                <dd>
                  <code>{e.request_id}</code>
                </dd>
              </>
            )}
          </dl>
        )}
      </div>
      <Button size="compact-xs" variant="subtle" aria-expanded={open} aria-label={t('trust.audit.moreOf', { what: e.text })} onClick={() => setOpen(!open)}>
        {t('trust.audit.more')}
      </Button>
    </li>
  );
}

/** What it was done to, with the way there where it has a screen. */
function Target({ entry: e }: { entry: AuditEntry }) {
  switch (e.object_type) {
    case 'task':
      return (
        <Link className={css.link} to="/tasks/$taskId" params={{ taskId: e.object_id } as never}>
          {e.object}
        </Link>
      );
    case 'contact':
      return (
        <Link className={css.link} to="/contacts/$contactId" params={{ contactId: e.object_id } as never}>
          {e.object}
        </Link>
      );
  }
  return <b>{e.object}</b>;
}

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fullTime, nearTime } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconChevron } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { toast, useFailureToast } from '@/ui/toast';
import { Badge } from '@/ui/Badge';
import { Copy, useChannelNames } from './parts';
import { badgeTone, eventTones } from './tones';
import { eventQuery, useReplay, type VaultEvent, type WholeEvent } from './trust';
import css from './trust.module.css';

/** One thing that a platform told us. It unfolds to its own bytes. */
export function EventRow({ event: e }: { event: VaultEvent }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const channels = useChannelNames();
  const outcome = useOutcome(e);
  return (
    <li className={css.item}>
      <div className={css.row} data-plain>
        <button type="button" className={css.open} aria-expanded={open} onClick={() => setOpen(!open)}>
          <span className={css.when}>{nearTime(e.received_at)}</span>
          <span>
            <Badge tone={badgeTone(eventTones[e.state])}>
              {t(`trust.vault.is.${e.state}`)}
            </Badge>
          </span>
          <span className={css.cut}>
            {e.type} <span className={css.quiet}>{channels(e.channel_id)}</span>
          </span>
          <span className={`${css.cut} ${css.soft}`}>{outcome}</span>
          <IconChevron />
        </button>
      </div>
      {open && <Unfolded event={e} />}
    </li>
  );
}

/** What became of it, in words. */
function useOutcome(e: VaultEvent): string {
  const { t } = useTranslation();
  if (e.reason_text) return e.reason_text;
  if (e.comment_id) return t('trust.vault.becameComment');
  if (e.task_id) return t('trust.vault.becameTask');
  return t(`trust.vault.means.${e.state}`);
}

function Unfolded({ event: e }: { event: VaultEvent }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const replay = useReplay();
  const whole = useQuery(eventQuery(e.id));
  const can = e.state === 'failed' || e.state === 'ignored' || e.state === 'processed';
  return (
    <div className={css.unfolded}>
      <p className={css.advice}>
        {t(`trust.vault.means.${e.state}`)} {e.reason_text}
      </p>
      <div className={css.steps}>
        {can && (
          <Button
            size="xs"
            variant={e.state === 'processed' ? 'default' : 'filled'}
            loading={replay.isPending}
            onClick={() => replay.mutate({ search: {}, ids: [e.id] }, { onError: failed, onSuccess: (count) => toast(t('trust.vault.started', { count })) })}
          >
            {t('trust.vault.replay')}
          </Button>
        )}
        {e.task_id && (
          <Button size="xs" variant="default" component={Link} to="/tasks/$taskId" params={{ taskId: e.task_id } as never}>
            {t('trust.vault.openTask')}
          </Button>
        )}
        {e.contact_id && (
          <Button size="xs" variant="default" component={Link} to="/contacts/$contactId" params={{ contactId: e.contact_id } as never}>
            {t('trust.vault.openContact')}
          </Button>
        )}
      </div>
      {can && <p className={css.quiet}>{e.state === 'processed' ? t('trust.vault.againHint') : t('trust.vault.anewHint')}</p>}
      <dl className={css.facts}>
        <dt>{t('trust.vault.occurred')}</dt>
        <dd>{fullTime(e.occurred_at)}</dd>
        <dt>{t('trust.vault.received')}</dt>
        <dd>
          {fullTime(e.received_at)} {e.recovered && t('trust.vault.recovered')}
        </dd>
        {e.processed_at && (
          <>
            <dt>{t('trust.vault.closed')}</dt>
            <dd>{fullTime(e.processed_at)}</dd>
          </>
        )}
        <dt>{t('trust.vault.key')}</dt>
        <dd>
          <code>{e.external_key}</code>
        </dd>
      </dl>
      {whole.error && <ErrorNote error={whole.error} retry={() => void whole.refetch()} />}
      {whole.isPending && <Skeleton />}
      {whole.data && <Bytes event={whole.data} />}
    </div>
  );
}

/** What came, as text: it is never interpreted. */
function Bytes({ event: e }: { event: WholeEvent }) {
  const { t } = useTranslation();
  const raw = e.raw ?? e.raw_base64;
  if (!raw) {
    return <p className={css.quiet}>{e.raw_expired_at ? t('trust.vault.expired', { time: fullTime(e.raw_expired_at) }) : t('trust.vault.erased')}</p>;
  }
  return (
    <>
      <div className={css.steps}>
        <Copy value={raw} label={t('trust.vault.copy')} />
        <span className={css.quiet}>{t('trust.vault.bytes')}</span>
      </div>
      {/* What scrolls has to be reached by the keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={css.raw} tabIndex={0} role="region" aria-label={t('trust.vault.raw')}>
        {pretty(raw)}
      </pre>
    </>
  );
}

/** The same JSON, indented; what is none stays as it is. Numbers that a browser cannot hold stay untouched too. */
export function pretty(raw: string): string {
  let out = '';
  let depth = 0;
  let text = false;
  for (let i = 0; i < raw.length; i++) {
    const c = raw[i]!;
    if (text) {
      out += c;
      if (c === '\\') out += raw[++i] ?? '';
      else if (c === '"') text = false;
    } else if (c === '"') {
      text = true;
      out += c;
    } else if (c === '{' || c === '[') {
      const end = /^\s*[}\]]/.exec(raw.slice(i + 1, i + 20));
      if (end) {
        out += c + raw[i + end[0].length];
        i += end[0].length;
      } else out += `${c}\n${'  '.repeat(++depth)}`;
    } else if (c === '}' || c === ']') {
      if (--depth < 0) return raw;
      out += `\n${'  '.repeat(depth)}${c}`;
    } else if (c === ',') out += `,\n${'  '.repeat(depth)}`;
    else if (c === ':') out += ': ';
    else if (!/\s/.test(c)) out += c;
  }
  return text || depth !== 0 || !/^\s*[{[]/.test(raw) ? raw : out;
}

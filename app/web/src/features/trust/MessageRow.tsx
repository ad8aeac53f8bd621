import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fullTime, nearTime } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconChevron } from '@/ui/icons';
import { toast, useFailureToast } from '@/ui/toast';
import { Badge } from '@/ui/Badge';
import { Copy, useChannelNames } from './parts';
import { badgeTone, tones } from './tones';
import { messageQuery, useMessageSteps, type Message } from './trust';
import { useLeave } from './useLeave';
import css from './trust.module.css';

interface Props {
  message: Message;
  chosen: boolean;
  choose?: () => void;
}

/** One message that was to be delivered. It unfolds to everything that is known of it. */
export function MessageRow({ message: m, chosen, choose }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const whom = m.task ? t('trust.delivery.task', { number: m.task.number, title: m.task.title }) : t('trust.gone');
  const text = m.text || t(`trust.delivery.part.${m.part}`);
  const why = m.error?.advice ?? m.waits?.advice ?? '';
  return (
    <li className={css.item}>
      <div className={css.row}>
        {choose ? <input type="checkbox" checked={chosen} onChange={choose} aria-label={t('trust.delivery.choose', { text })} /> : <span />}
        <button type="button" className={css.open} aria-expanded={open} onClick={() => setOpen(!open)}>
          <span className={css.when}>{nearTime(m.created_at)}</span>
          <span>
            {/* What is left alone asks for nobody any more. */}
            <Badge tone={m.left_at ? undefined : badgeTone(tones[m.state])}>{m.left_at ? t('delivery.left') : t(`delivery.state.${m.state}`)}</Badge>
          </span>
          <span className={css.cut}>{text}</span>
          <span className={`${css.cut} ${css.soft}`}>{why || whom}</span>
          <IconChevron />
        </button>
      </div>
      {open && <Unfolded message={m} />}
    </li>
  );
}

function Unfolded({ message: m }: { message: Message }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const channels = useChannelNames();
  const { retry, cancel } = useMessageSteps();
  const { leave, pending } = useLeave();
  const whole = useQuery(messageQuery(m.message_id));
  return (
    <div className={css.unfolded}>
      {(m.error ?? m.waits) && <p className={css.advice}>{m.error?.advice ?? m.waits?.advice}</p>}
      {m.text && <p className={css.said}>{m.text}</p>}
      {m.state === 'unconfirmed' && <Settle message={m} />}
      <div className={css.steps}>
        {(m.state === 'failed' || m.state === 'refused') && (
          <Button
            size="xs"
            loading={retry.isPending}
            onClick={() => retry.mutate(m.message_id, { onError: failed, onSuccess: () => toast(t('trust.delivery.retried', { count: 1 })) })}
          >
            {t('trust.delivery.retry')}
          </Button>
        )}
        {(m.state === 'failed' || m.state === 'refused') && (
          <Button size="xs" variant="default" loading={pending} onClick={() => leave([m.message_id], !m.left_at)}>
            {m.left_at ? t('trust.delivery.takeUp') : t('delivery.leave')}
          </Button>
        )}
        {m.state === 'queued' && (
          <Button
            size="xs"
            variant="default"
            loading={cancel.isPending}
            onClick={() => cancel.mutate(m.message_id, { onError: failed, onSuccess: () => toast(t('trust.delivery.cancelled')) })}
          >
            {t('trust.delivery.cancel')}
          </Button>
        )}
        {m.task && (
          <Button size="xs" variant="default" component={Link} to="/tasks/$taskId" params={{ taskId: m.task_id } as never}>
            {t('trust.delivery.openTask', { number: m.task.number })}
          </Button>
        )}
      </div>
      <dl className={css.facts}>
        {m.task && (
          <>
            <dt>{t('trust.delivery.taskLabel')}</dt>
            <dd>{t('trust.delivery.task', { number: m.task.number, title: m.task.title })}</dd>
          </>
        )}
        <dt>{t('trust.channel')}</dt>
        <dd>{channels(m.channel_id) || t('trust.gone')}</dd>
        <dt>{t('trust.delivery.written')}</dt>
        <dd>{fullTime(m.created_at)}</dd>
        {m.left_at && (
          <>
            <dt>{t('delivery.left')}</dt>
            <dd>{fullTime(m.left_at)}</dd>
          </>
        )}
        {m.error && <Platform error={m.error} />}
      </dl>
      {whole.error && <ErrorNote error={whole.error} retry={() => void whole.refetch()} />}
      {whole.data && whole.data.tries.length > 0 && (
        <details className={css.figures}>
          <summary>{t('trust.delivery.tries', { count: whole.data.tries.length })}</summary>
          <ol>
            {whole.data.tries.map((x) => (
              <li key={x.id} className={css.quiet}>
                {fullTime(x.started_at)} · {x.outcome ? t(`trust.delivery.outcome.${known(x.outcome)}`) : t('trust.delivery.outcome.running')}
                {x.error?.message && ` · ${x.error.message}`}
              </li>
            ))}
          </ol>
        </details>
      )}
    </div>
  );
}

const outcomes = ['sent', 'refused', 'rejected', 'outside_window', 'throttled', 'temporary', 'disconnected', 'unconfirmed'] as const;
function known(outcome: string): (typeof outcomes)[number] | 'other' {
  return outcomes.find((o) => o === outcome) ?? 'other';
}

/** What the platform itself said, word for word. */
function Platform({ error: e }: { error: NonNullable<Message['error']> }) {
  const { t } = useTranslation();
  const code = [e.code, e.subcode].filter(Boolean).join(' / ');
  return (
    <>
      <dt>{t('trust.delivery.reason')}</dt>
      <dd>
        <code>{e.reason}</code>
      </dd>
      {e.message && (
        <>
          <dt>{t('trust.delivery.said')}</dt>
          <dd>{e.message}</dd>
        </>
      )}
      {code && (
        <>
          <dt>{t('trust.delivery.code')}</dt>
          <dd className="tabular">{code}</dd>
        </>
      )}
      {e.trace_id && (
        <>
          <dt>{t('trust.delivery.trace')}</dt>
          <dd>
            <code>{e.trace_id}</code> <Copy value={e.trace_id} label={t('trust.delivery.copyTrace')} />
          </dd>
        </>
      )}
    </>
  );
}

/** Whether an unconfirmed message arrived: only somebody who looks can say. */
function Settle({ message: m }: { message: Message }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { settle } = useMessageSteps();
  const say = (outcome: 'sent' | 'not_sent') => settle.mutate({ id: m.message_id, outcome }, { onError: failed, onSuccess: () => toast(t('trust.delivery.settled')) });
  return (
    <div className={css.settle} role="group" aria-label={t('trust.delivery.settle')}>
      <p>{t('trust.delivery.settleHint')}</p>
      <dl>
        <dt>
          <Button size="xs" loading={settle.isPending} onClick={() => say('sent')}>
            {t('trust.delivery.arrived')}
          </Button>
        </dt>
        <dd>{t('trust.delivery.arrivedHint')}</dd>
        <dt>
          <Button size="xs" variant="default" loading={settle.isPending} onClick={() => say('not_sent')}>
            {t('trust.delivery.notArrived')}
          </Button>
        </dt>
        <dd>{t('trust.delivery.notArrivedHint')}</dd>
      </dl>
    </div>
  );
}

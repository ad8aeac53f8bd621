import { Button, Popover } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Comment, Delivery as Message, DeliveryState } from '@/api/types';
import { useMayWork } from '@/features/access/rights';
import { clockTime, fullTime } from '@/i18n/format';
import { IconAlert, IconCheck, IconChevron, IconClock } from '@/ui/icons';
import { useFailureToast } from '@/ui/toast';
import { useRemaining } from '@/ui/useRemaining';
import { useMessageSteps } from './comments';
import { useUndo } from './undo';
import css from './Delivery.module.css';

/** What became of something we wrote: in a word, on a click in full, and what can be done when something is wrong. */
export function Delivery({ comment: c }: { comment: Comment }) {
  const may = useMayWork();
  const trouble = c.deliveries.filter((m) => m.state === 'failed' || m.state === 'refused' || m.state === 'unconfirmed');
  return (
    <>
      <div className={css.delivery}>
        {may && <Undo comment={c} />}
        <State comment={c} quiet={trouble.length > 0 && trouble.every((m) => m.left_at)} />
      </div>
      {trouble.map((m) => (
        <Trouble key={m.message_id} comment={c} message={m} />
      ))}
    </>
  );
}

const tones: Record<DeliveryState, 'wait' | 'good' | 'warn' | 'bad' | 'none'> = {
  queued: 'wait',
  sending: 'wait',
  sent: 'good',
  delivered: 'good',
  read: 'good',
  unconfirmed: 'warn',
  failed: 'bad',
  refused: 'bad',
  cancelled: 'none',
};

function StateIcon({ state }: { state: DeliveryState }) {
  const tone = tones[state];
  if (tone === 'wait') return <IconClock size={13} />;
  if (tone !== 'good') return <IconAlert size={13} />;
  return (
    <span className={css.checks}>
      <IconCheck size={13} />
      {state !== 'sent' && <IconCheck size={13} />}
    </span>
  );
}

/** The worst of its messages; quiet when that was left alone. */
function State({ comment: c, quiet }: { comment: Comment; quiet: boolean }) {
  const { t } = useTranslation();
  const state = c.delivery_state ?? 'queued';
  return (
    <Popover position="bottom-end" width={340} shadow="md" withinPortal trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className={css.state} data-tone={quiet ? 'none' : tones[state]} data-state={state}>
          <StateIcon state={state} />
          {t(`delivery.state.${state}`)}
          <IconChevron size={12} />
        </button>
      </Popover.Target>
      <Popover.Dropdown className={css.card} aria-label={t('delivery.title')}>
        {c.deliveries.map((m) => (
          <Facts key={m.message_id} message={m} file={c.attachments.find((f) => f.id === m.attachment_id)?.name} />
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}

/** Everything that is known of one message. */
function Facts({ message: m, file }: { message: Message; file?: string }) {
  const { t } = useTranslation();
  const rows: [string, React.ReactNode][] = [];
  if (m.sent_at) rows.push([t('delivery.state.sent'), fullTime(m.sent_at)]);
  if (m.delivered_at) rows.push([t('delivery.state.delivered'), fullTime(m.delivered_at)]);
  if (m.read_at) rows.push([t('delivery.state.read'), fullTime(m.read_at)]);
  if (m.left_at) rows.push([t('delivery.left'), fullTime(m.left_at)]);
  if (m.decision?.may_write) rows.push([t('delivery.rule'), t(`window.as.${m.decision.as as 'response'}`)]);
  if (m.messaging_type) rows.push([t('delivery.platformRule'), [m.messaging_type, m.tag].filter(Boolean).join(' / ')]);
  rows.push([t('delivery.attempts'), m.attempts]);
  const e = m.error;
  if (e?.code) rows.push([t('delivery.platformCode'), e.subcode ? `${e.code} / ${e.subcode}` : e.code]);
  if (e?.message) rows.push([t('delivery.platformWords'), e.message]);
  if (e?.trace_id) rows.push([t('delivery.trace'), <code key="trace">{e.trace_id}</code>]);
  return (
    <section className={css.facts}>
      <h3>
        <span data-tone={tones[m.state]}>{t(`delivery.state.${m.state}`)}</span>
        <small>{m.part === 'text' ? t('delivery.text') : (file ?? t('delivery.file'))}</small>
      </h3>
      {e?.advice && <p>{e.advice}</p>}
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** A message that did not go, or of which nobody knows: why, and what can be done. */
function Trouble({ comment: c, message: m }: { comment: Comment; message: Message }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const may = useMayWork();
  const { retry, settle, leave } = useMessageSteps(c.task_id);
  const open = m.state === 'unconfirmed';
  const settleAs = (outcome: 'sent' | 'not_sent') => settle.mutate({ id: m.message_id, outcome }, { onError: failed });
  const again = (
    <Button size="compact-xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate(m.message_id, { onError: failed })}>
      {t('delivery.retry')}
    </Button>
  );
  if (m.left_at) {
    return (
      <div className={css.left}>
        <span title={fullTime(m.left_at)}>{t('delivery.left')}</span>
        {may && again}
      </div>
    );
  }
  return (
    <div className={css.trouble} data-tone={tones[m.state]} role="group" aria-label={t(`delivery.state.${m.state}`)}>
      <IconAlert size={16} />
      <div>
        <p>{m.error?.advice ?? t(`delivery.hint.${m.state as 'failed'}`)}</p>
        {m.error?.message && <p className={css.platform}>{t('delivery.platformSays', { words: m.error.message })}</p>}
        <div className={css.steps}>
          {!may ? null : open ? (
            <>
              <Button size="compact-xs" variant="default" loading={settle.isPending} onClick={() => settleAs('sent')}>
                {t('delivery.arrived')}
              </Button>
              <Button size="compact-xs" variant="default" loading={settle.isPending} onClick={() => settleAs('not_sent')}>
                {t('delivery.notArrived')}
              </Button>
            </>
          ) : (
            <>
              {again}
              <Button
                size="compact-xs"
                variant="default"
                title={t('delivery.leaveHint')}
                loading={leave.isPending}
                onClick={() => leave.mutate(m.message_id, { onError: failed })}
              >
                {t('delivery.leave')}
              </Button>
            </>
          )}
        </div>
      </div>
    </div>
  );
}

/** Takes an answer back for as long as it has not been sent. */
function Undo({ comment: c }: { comment: Comment }) {
  const { t } = useTranslation();
  const undo = useUndo(c.task_id);
  const [busy, setBusy] = useState(false);
  const waiting = c.deliveries.filter((m) => m.state === 'queued' && m.attempts === 0);
  const until = waiting.length > 0 ? waiting.reduce((a, m) => (m.not_before < a ? m.not_before : a), waiting[0]!.not_before) : null;
  const left = useRemaining(until, 250);
  if (!left || waiting.length < c.deliveries.length) return null;
  const seconds = Math.ceil(left / 1000);
  if (seconds > 60) return <span className={css.later}>{t('delivery.later', { time: clockTime(until!) })}</span>;
  return (
    <button
      type="button"
      className={css.undo}
      disabled={busy}
      onClick={() => {
        setBusy(true);
        void undo(c).finally(() => setBusy(false));
      }}
    >
      {t('delivery.undo')}
      <span className={css.seconds} aria-hidden="true">
        {seconds}
      </span>
    </button>
  );
}

import { useTranslation } from 'react-i18next';
import type { Task } from '@/api/types';
import { fullTime, span } from '@/i18n/format';
import { IconAlert } from '@/ui/icons';
import { useRemaining } from '@/ui/useRemaining';
import css from './RowMarks.module.css';

/** Shorter than this, a window is ending: as the server's filter has it. */
const soon = 4 * 3_600_000;

/** That a message of the task did not get through, or that nobody knows. */
export function TroubleMark({ state }: { state: Task['delivery'] }) {
  const { t } = useTranslation();
  if (!state) return null;
  const words = t(`list.delivery.${state}`);
  return (
    <span className={css.trouble} data-uncertain={state === 'unconfirmed' || undefined} title={words}>
      <IconAlert size={13} aria-hidden="true" />
      <span className="sr">{words}</span>
    </span>
  );
}

/** How long one may still answer by the standard rule; it counts down by itself. */
export function WindowMark({ window: w }: { window: NonNullable<Task['window']> }) {
  const { t } = useTranslation();
  const left = useRemaining(w.until, 30_000);
  const state = !left ? 'closed' : left <= soon ? 'ending' : 'open';
  const time = fullTime(w.until);
  return (
    <span className={css.window} data-state={state} title={t(`list.window.${state === 'closed' ? 'closedAt' : 'openUntil'}`, { time })}>
      {state === 'closed' ? t('list.window.closed') : t('list.window.left', { span: span(Math.max(left ?? 0, 60_000)) })}
    </span>
  );
}

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { remindersQuery, useRemind } from '@/features/work/work';
import { nearTime } from '@/i18n/format';
import { IconBell, IconClose } from '@/ui/icons';
import css from './Reminders.module.css';

/** One's own reminders of the task. */
export function Reminders({ taskId }: { taskId: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(remindersQuery(taskId));
  const { remove } = useRemind(taskId);
  if (!data || data.items.length === 0) return null;
  return (
    <ul className={css.list} aria-label={t('snooze.reminders')}>
      {data.items.map((r) => (
        <li key={r.id}>
          <IconBell size={14} />
          <span>
            {t(r.unless_answered ? 'snooze.remindsUnless' : 'snooze.reminds', { time: nearTime(r.at) })}
            {r.note && <small>{r.note}</small>}
          </span>
          <button type="button" aria-label={t('snooze.forget')} onClick={() => remove.mutate(r.id)}>
            <IconClose size={12} />
          </button>
        </li>
      ))}
    </ul>
  );
}

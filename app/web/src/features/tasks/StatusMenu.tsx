import { Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Task } from '@/api/types';
import { mayWork } from '@/features/access/rights';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconChevron } from '@/ui/icons';
import { StatusDot } from './StatusDot';
import { statusSetQuery, type Status } from './templates';
import css from './StatusMenu.module.css';

/** The task's status, to be seen and changed. */
export function StatusMenu({ task, setStatus }: { task: Task; setStatus: (s: Status) => void }) {
  const { t } = useTranslation();
  const { data: statuses, error, refetch } = useQuery(statusSetQuery(task.status_set_id));
  return (
    <Menu position="bottom-start" width={220} shadow="md" withinPortal>
      <Menu.Target>
        <button type="button" className={css.button} aria-label={t('task.status', { name: task.status.name })}>
          <StatusDot status={task.status} named />
          <IconChevron size={12} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {error && <ErrorNote error={error} retry={() => void refetch()} />}
        <Menu.RadioGroup value={task.status.id}>
          {(['new', 'pending', 'resolved'] as const).map((category) => (
            <div key={category} role="group" aria-label={t(`tasks.queue.${category}`)}>
              <Menu.Label>{t(`tasks.queue.${category}`)}</Menu.Label>
              {statuses
                ?.filter((s) => s.category === category)
                .map((s) => (
                  <Menu.RadioItem
                    key={s.key}
                    value={s.key}
                    disabled={category === 'new' && !mayWork(task)}
                    closeMenuOnClick
                    onChange={() => s.key !== task.status.id && setStatus(s)}
                  >
                    <StatusDot status={s} named />
                  </Menu.RadioItem>
                ))}
            </div>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}

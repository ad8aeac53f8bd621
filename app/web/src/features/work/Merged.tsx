import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Task } from '@/api/types';
import { IconMerge } from '@/ui/icons';
import { useFailureToast } from '@/ui/toast';
import { useTaskSteps } from './work';
import css from './Merged.module.css';

/** What stands at the address of a task that has gone into another. */
export function Merged({ task, into }: { task: Task; into: NonNullable<Task['merged_into']> }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { unmerge } = useTaskSteps(task);
  return (
    <section className={css.merged} aria-labelledby="task-title">
      <IconMerge size={28} />
      <h2 id="task-title">{t('merge.went', { number: task.number, title: task.title, into: into.number })}</h2>
      <p>{t('merge.wentHint')}</p>
      <div className={css.buttons}>
        <Link to="/tasks/$taskId" params={{ taskId: into.id }} search={true} className={css.go} replace>
          {t('merge.goTo', { number: into.number })}
        </Link>
        <Button
          variant="default"
          loading={unmerge.isPending}
          onClick={() =>
            unmerge.mutate(undefined, { onError: failed })
          }
        >
          {t('merge.undo')}
        </Button>
      </div>
    </section>
  );
}

import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Task } from '@/api/types';
import { mayWork } from '@/features/access/rights';
import { Faces } from '@/features/presence/Present';
import { TaskMenu } from '@/features/work/TaskMenu';
import { isOffered, useSnooze, useTaskSteps } from '@/features/work/work';
import { nearTime } from '@/i18n/format';
import { toast, useFailureToast } from '@/ui/toast';
import { IconBack, IconClock, IconClose, IconDone, IconPanel, IconReopen, IconUser } from '@/ui/icons';
import type { useTaskActions } from './actions';
import { StatusMenu } from './StatusMenu';
import { useChangeTask } from './tasks';
import css from './TaskHeader.module.css';

interface Props {
  task: Task;
  actions: ReturnType<typeof useTaskActions>;
  leave: () => void;
  details: boolean;
  toggleDetails: () => void;
}

/** What the task is, and what is done to it most often. */
export function TaskHeader({ task, actions, leave, details, toggleDetails }: Props) {
  const { t } = useTranslation();
  const resolved = task.status.category === 'resolved';
  const may = mayWork(task);
  const offered = may && isOffered(task);
  const failed = useFailureToast();
  const { accept } = useTaskSteps(task);
  return (
    <header className={css.header}>
      <ActionIcon className={css.back} variant="subtle" color="gray" size="lg" aria-label={t('task.toList')} onClick={leave}>
        <IconBack size={20} />
      </ActionIcon>
      <div className={css.titles}>
        <Title key={task.id} task={task} />
        <div className={css.sub}>
          <span className="tabular">{t('task.number', { number: task.number })}</span>
          <StatusMenu task={task} setStatus={actions.setStatus} />
          <Snoozed task={task} />
          <span className={css.channel}>{task.channel_name}</span>
        </div>
      </div>
      <div className={css.actions}>
        <Faces taskId={task.id} />
        {offered && !resolved && (
          <Button
            size="xs"
            loading={accept.isPending}
            className={css.assign}
            leftSection={<IconUser size={15} />}
            onClick={() => accept.mutate(undefined, { onSuccess: () => toast(t('task.accepted')), onError: failed })}
          >
            {t('task.accept')}
          </Button>
        )}
        {may && !actions.mine && !resolved && !offered && (
          <Tooltip label={`${t('keys.assign')} (a)`} openDelay={400}>
            <Button size="xs" variant="default" leftSection={<IconUser size={15} />} onClick={actions.toggleMine} className={css.assign}>
              {t('task.take')}
            </Button>
          </Tooltip>
        )}
        {(may || !resolved) && (
          <Tooltip label={`${resolved ? t('task.reopen') : t('task.resolve')} (e)`} openDelay={400}>
            <Button
              size="xs"
              className={css.resolve}
              aria-label={resolved ? t('task.reopen') : t('task.resolve')}
              variant={resolved ? 'default' : 'filled'}
              leftSection={resolved ? <IconReopen size={15} /> : <IconDone size={15} />}
              onClick={() => void actions.toggleResolved()}
            >
              {resolved ? t('task.reopen') : t('task.resolve')}
            </Button>
          </Tooltip>
        )}
        <TaskMenu key={task.id} task={task} />
        <Tooltip label={`${t('keys.details')} (d)`} openDelay={400}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('keys.details')}
            aria-pressed={details}
            onClick={toggleDetails}
          >
            <IconPanel size={18} />
          </ActionIcon>
        </Tooltip>
      </div>
    </header>
  );
}

/** Until when the task is put away, and the way back. */
function Snoozed({ task }: { task: Task }) {
  const { t } = useTranslation();
  const snooze = useSnooze(task);
  if (!task.snoozed_until) return null;
  return (
    <span className={css.snoozed}>
      <IconClock size={13} />
      {t('snooze.until', { time: nearTime(task.snoozed_until) })}
      {mayWork(task) && (
        <button type="button" aria-label={t('snooze.wake')} title={t('snooze.wake')} onClick={() => snooze(null)}>
          <IconClose size={12} />
        </button>
      )}
    </span>
  );
}

/** The title, which can be written anew where it stands. */
function Title({ task }: { task: Task }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const change = useChangeTask(task.id);
  const [draft, setDraft] = useState<string | null>(null);
  const save = () => {
    const title = draft?.trim();
    setDraft(null);
    if (title && title !== task.title) change.mutate({ change: { title }, guess: { title } }, { onError: failed });
  };
  if (draft !== null) {
    return (
      <input
        className={css.edit}
        aria-label={t('task.title')}
        value={draft}
        maxLength={200}
        // The field appears because somebody asked to write in it.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === 'Enter') save();
          if (event.key === 'Escape') setDraft(null);
          event.stopPropagation();
        }}
      />
    );
  }
  return (
    <h2 id="task-title" className={css.title}>
      <button
        type="button"
        disabled={!mayWork(task)}
        title={mayWork(task) ? t('task.rename', { title: task.title }) : task.title}
        onClick={() => setDraft(task.title)}
      >
        {task.title}
      </button>
    </h2>
  );
}

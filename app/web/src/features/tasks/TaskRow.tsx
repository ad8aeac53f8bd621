import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Task } from '@/api/types';
import { fullTime, list, nearTime, shortTime } from '@/i18n/format';
import { useHasDraft } from '@/features/conversation/draftMarks';
import { Face } from '@/ui/Face';
import { IconClock } from '@/ui/icons';
import { TroubleMark, WindowMark } from './RowMarks';
import { StatusDot } from './StatusDot';
import { headline } from './headline';
import { rowId, useTaskList } from './context';
import css from './TaskRow.module.css';

interface Props {
  task: Task;
  open: boolean;
  cursor: boolean;
  chosen: boolean;
  showQueue: boolean;
  /** Where it is drawn, in pixels from the top of the list. */
  top: number;
  /** The how manieth of how many it is; -1 as long as that is not known. */
  place: number;
  of: number;
}

/** A task in the list: who, about what, what was said last, when, and who has it. */
export const TaskRow = memo(function TaskRow({ task, open, cursor, chosen, showQueue, top, place, of }: Props) {
  const { t } = useTranslation();
  const { prefetch, choose } = useTaskList();
  const { who, what, said } = headline(task, t('tasks.nobody'));
  const hasDraft = useHasDraft(task.id);
  return (
    <li
      className={css.item}
      data-chosen={chosen || undefined}
      style={{ transform: `translateY(${top}px)` }}
      aria-posinset={place}
      aria-setsize={of}
    >
      <input
        type="checkbox"
        className={css.choose}
        checked={chosen}
        aria-label={t('bulk.choose', { what: who })}
        tabIndex={-1}
        onChange={() => {}}
        onClick={(event) => choose(task.id, event.shiftKey)}
      />
      <Link
        id={rowId(task.id)}
        to="/tasks/$taskId"
        params={{ taskId: task.id }}
        search={true}
        className={css.row}
        data-unread={task.unread || undefined}
        data-cursor={cursor || undefined}
        aria-current={open ? 'true' : undefined}
        activeProps={{}}
        onPointerEnter={() => prefetch(task.id)}
        onFocus={() => prefetch(task.id)}
      >
        <span className={css.dot}>{task.unread && <span className="sr">{t('tasks.unread')}</span>}</span>
        <span className={css.top}>
          <span className={css.who} data-nobody={!task.contact_name || undefined}>{who}</span>
          <TroubleMark state={task.delivery} />
          <time className={css.time} dateTime={task.last_comment_at} title={fullTime(task.last_comment_at)}>
            {shortTime(task.last_comment_at)}
          </time>
        </span>
        <span className={css.what}>{what}</span>
        <span className={css.bottom}>
          <span className={css.said}>
            {hasDraft && <span className={css.draft}>{t('draft.mark')}</span>}
            {said}
          </span>
          <span className={css.meta}>
            {task.snoozed_until && (
              <span className={css.snoozed} title={t('snooze.until', { time: fullTime(task.snoozed_until) })}>
                <IconClock size={12} />
                {nearTime(task.snoozed_until)}
              </span>
            )}
            {task.tags.length > 0 && (
              <span className={css.tags} title={list(task.tags)}>
                {task.tags.slice(0, 2).map((tag) => (
                  <span key={tag}>{tag}</span>
                ))}
                {task.tags.length > 2 && <span>{`+${task.tags.length - 2}`}</span>}
              </span>
            )}
            {(task.priority === 'high' || task.priority === 'urgent') && (
              <span className={css.priority} data-urgent={task.priority === 'urgent' || undefined}>
                {t(`tasks.priority.${task.priority as 'high'}`)}
              </span>
            )}
            {task.window && task.status.category !== 'resolved' && <WindowMark window={task.window} />}
            <StatusDot status={task.status} named={showQueue} />
            {task.assignees.slice(0, 3).map((a) => (
              <span key={a.id} title={a.name}>
                <Face name={a.name} id={a.id} size={18} square={a.kind === 'team'} />
                <span className="sr">{a.name}</span>
              </span>
            ))}
          </span>
        </span>
      </Link>
    </li>
  );
});

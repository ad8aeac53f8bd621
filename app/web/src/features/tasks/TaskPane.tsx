import { Drawer } from '@mantine/core';
import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '@/app/keyboard';
import { asApiError } from '@/api/problem';
import type { Comment, Task } from '@/api/types';
import { Composer, type ComposerHandle } from '@/features/conversation/Composer';
import { CollisionNotice } from '@/features/conversation/CollisionNotice';
import { useComments } from '@/features/conversation/comments';
import { Conversation } from '@/features/conversation/Conversation';
import type { Way } from '@/features/conversation/ways';
import { DetailsPanel } from '@/features/details/DetailsPanel';
import { Writing } from '@/features/presence/Present';
import { ReadOnly } from '@/features/access/ReadOnly';
import { mayWork, WorkContext } from '@/features/access/rights';
import { useMe } from '@/features/session/session';
import { Merged } from '@/features/work/Merged';
import { Boundary } from '@/ui/Boundary';
import { ErrorNote } from '@/ui/ErrorNote';
import { useTaskActions } from './actions';
import { TaskHeader } from './TaskHeader';
import { taskInLists, taskQuery } from './tasks';
import css from './TaskPane.module.css';

/** The task that is open. */
export function TaskPane() {
  const { taskId } = useParams({ from: '/signed-in/tasks/$taskId' });
  const queryClient = useQueryClient();
  const { data, error, refetch } = useQuery({ ...taskQuery(taskId), placeholderData: () => taskInLists(queryClient, taskId) });
  // Who has lost access while looking does not go on looking at what was loaded before.
  const gone = error !== null && asApiError(error).status === 404;
  if (data && !gone) {
    return (
      <Boundary of={taskId}>
        {data.merged_into ? <Merged task={data} into={data.merged_into} /> : <OpenTask task={data} />}
      </Boundary>
    );
  }
  return <div className={css.fill}>{error && <ErrorNote error={error} retry={() => void refetch()} />}</div>;
}

function OpenTask({ task }: { task: Task }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const actions = useTaskActions(task);
  const composer = useRef<ComposerHandle>(null);
  const wide = useMediaQuery('(min-width: 1240px)') ?? true;
  const [shown, setShown] = useLocalStorage({ key: 'kontor.details', defaultValue: true, getInitialValueInEffect: false });
  const [drawer, setDrawer] = useState(false);
  const leave = useCallback(() => void navigate({ to: '/tasks', search: true }), [navigate]);
  const toggleDetails = () => (wide ? setShown(!shown) : setDrawer(!drawer));
  const answer = useCallback((c: Comment, way: Way) => composer.current?.begin(way, c), []);
  const may = mayWork(task);
  useSeen(task, actions.setUnread, may); // who only reads along has not read it for the others
  useTitle(task);

  useShortcuts({
    r: () => composer.current?.begin(may ? 'public' : 'internal'),
    n: () => composer.current?.begin('internal'),
    e: () => void actions.toggleResolved(),
    a: actions.toggleMine,
    d: toggleDetails,
    u: () => {
      if (may) actions.setUnread(true);
      leave();
    },
    Escape: leave,
  });

  const initial = useInitialWay(task, actions.mine);
  const details = <DetailsPanel task={task} actions={actions} />;
  return (
    <article className={css.pane} data-details={(wide && shown) || undefined} aria-labelledby="task-title">
      <div className={css.main}>
        <TaskHeader task={task} actions={actions} leave={leave} details={wide ? shown : drawer} toggleDetails={toggleDetails} />
        <WorkContext value={may}>
          <Conversation key={task.id} task={task} answer={answer} />
        </WorkContext>
        <div>
          <Writing taskId={task.id} />
          <CollisionNotice taskId={task.id} />
          <ReadOnly task={task} />
          <Composer key={`${task.id} ${initial}`} ref={composer} task={task} initial={initial} />
        </div>
      </div>
      {wide && shown && (
        <aside className={css.details} aria-label={t('details.title')}>
          {details}
        </aside>
      )}
      <Drawer
        opened={!wide && drawer}
        onClose={() => setDrawer(false)}
        position="right"
        size={340}
        title={t('details.title')}
        padding="md"
        lockScroll={false}
        closeButtonProps={{ 'aria-label': t('app.close') }}
      >
        {details}
      </Drawer>
    </article>
  );
}

/**
 * Whoever joins a colleague's conversation begins with a note: one that a colleague has, or was the last to answer. It is
 * decided once a task, when that is known: what happens later must not change what somebody is writing.
 */
function useInitialWay(task: Task, mine: boolean): Way {
  const me = useMe();
  const { comments, isPending } = useComments(task.id);
  const [decided, setDecided] = useState<{ id: string; way: Way } | null>(null);
  if (decided?.id === task.id) return decided.way;
  const last = comments.findLast((c) => c.visibility === 'public' && c.author.kind === 'staff' && !c.history);
  const theirs = task.assignees.some((a) => a.kind === 'staff') || (last !== undefined && last.author.id !== null && last.author.id !== me.id);
  const way = task.conversation_id && (mine || !theirs) ? 'public' : 'internal';
  if (!isPending) setDecided({ id: task.id, way });
  return way;
}

/** Marks what is looked at as read, and again when more comes in while it is. */
function useSeen(task: Task, setUnread: (unread: boolean) => void, may: boolean) {
  const { id, unread, last_comment_at: last } = task;
  const done = useRef('');
  useEffect(() => {
    const look = () => {
      const what = `${id} ${last}`;
      if (!may || !unread || done.current === what || document.visibilityState !== 'visible') return;
      done.current = what;
      setUnread(false);
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [id, unread, last, setUnread, may]);
}

function useTitle(task: Task) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${task.title} · ${t('app.name')}`;
    return () => {
      document.title = t('app.name');
    };
  }, [task.title, t]);
}

import { Outlet, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useShortcuts } from '@/app/keyboard';
import { afterFirstScreen } from '@/app/later';
import { loadTaskPane } from './loadTaskPane';
import { taskQuery, useTasks } from './tasks';
import { commentsQuery } from '@/features/conversation/comments';
import { TaskList } from './TaskList';
import { useBulk } from './bulk';
import { useSelection } from './useSelection';
import { rowId, TaskListContext } from './context';
import css from './TasksScreen.module.css';

/** The list of tasks, and beside it the one that is open. */
export function TasksScreen() {
  const search = useSearch({ from: '/signed-in/tasks' });
  const { taskId } = useParams({ strict: false });
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const list = useTasks(search);
  const { tasks } = list;
  const [cursor, setCursor] = useState<string | undefined>(taskId);
  const selection = useSelection(tasks);
  const { chosen, toggle, clear } = selection;
  const { change } = useBulk();
  const searchField = useRef<HTMLInputElement>(null);

  // Where the open task stood. One that has left the list, because it was resolved, leaves its place to the next.
  const here = taskId ?? cursor;
  const at = tasks.findIndex((t) => t.id === here);
  const place = useRef(0);
  useEffect(() => {
    if (at >= 0) place.current = at;
  }, [at]);

  const prefetch = useCallback(
    (id: string | undefined) => {
      if (!id) return;
      void queryClient.prefetchQuery(taskQuery(id));
      void queryClient.prefetchInfiniteQuery(commentsQuery(id));
    },
    [queryClient],
  );

  const go = useCallback(
    (id: string) => navigate({ to: '/tasks/$taskId', params: { taskId: id }, search: true }),
    [navigate],
  );

  // A row far from what is seen is drawn only now that it has the cursor; focusing scrolls to it.
  const toFocus = useRef<string>(undefined);
  useEffect(() => {
    const row = toFocus.current && document.getElementById(rowId(toFocus.current));
    if (!row) return;
    toFocus.current = undefined;
    row.focus();
  });

  const step = (by: 1 | -1) => {
    const from = at >= 0 ? at : here === undefined ? (by > 0 ? -1 : tasks.length) : place.current - (by > 0 ? 1 : 0);
    const next = tasks[Math.min(tasks.length - 1, Math.max(0, from + by))];
    if (!next) return;
    setCursor(next.id);
    if (taskId) void go(next.id);
    toFocus.current = next.id;
  };

  const stepChoosing = (by: 1 | -1) => {
    if (here && !selection.has(here)) toggle(here);
    const next = tasks[(at >= 0 ? at : -1) + by];
    if (next) toggle(next.id, true);
    step(by);
  };

  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: () => cursor && void go(cursor),
    '/': () => searchField.current?.focus(),
    o: () => cursor && void go(cursor),
    x: () => here && toggle(here),
    X: () => here && toggle(here, true),
    J: () => stepChoosing(1),
    K: () => stepChoosing(-1),
    ...(chosen.length > 0 && {
      e: () => {
        change(chosen.map((t) => ({ id: t.id, category: 'resolved' as const })));
        clear();
      },
      Escape: clear,
    }),
  });

  useEffect(() => void afterFirstScreen(loadTaskPane).catch(() => undefined), []);

  // The neighbours are loaded ahead: going through the list is then a matter of drawing alone.
  const [before, after] = [tasks[at - 1]?.id, tasks[at + 1]?.id];
  useEffect(() => {
    if (!taskId) return;
    prefetch(after);
    prefetch(before);
  }, [taskId, before, after, prefetch]);

  const context = useMemo(() => ({ prefetch, choose: toggle }), [prefetch, toggle]);
  return (
    <TaskListContext value={context}>
      <div className={css.screen} data-open={taskId ? true : undefined}>
        <div className={css.list}>
          <TaskList search={search} list={list} openId={taskId} cursor={cursor} searchField={searchField} selection={selection} />
        </div>
        <div className={css.pane}>
          <Outlet />
        </div>
      </div>
    </TaskListContext>
  );
}

import {
  infiniteQueryOptions,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQueryClient,
  type InfiniteData,
  type QueryClient,
} from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, queries } from '@/api/client';
import type { Contact, Page, Task, TaskChange } from '@/api/types';
import { listParams, listSort, shownQueue, type TaskSearch } from './search';

/** The first page is there at once; whoever goes on wants many. */
const pageSize = { first: 50, further: 200 };

/** One task. */
export function taskQuery(id: string) {
  const params = { path: { id } };
  return queryOptions({
    queryKey: ['get', '/tasks/{id}', { params }] as const,
    queryFn: async ({ signal, client }) => guesses(client)((await api.GET('/tasks/{id}', { params, signal })).data as Task),
  });
}

function taskKey(id: string) {
  return taskQuery(id).queryKey;
}

/** A list of tasks, page by page. */
export function tasksQuery(search: TaskSearch) {
  const queue = shownQueue(search);
  const query = {
    category: queue === 'snoozed' ? undefined : queue,
    snoozed: queue === 'snoozed' ? ('true' as const) : undefined,
    ...listParams(search),
    sort: listSort(search),
  };
  return infiniteQueryOptions({
    queryKey: ['get', '/tasks', { params: { query } }] as const,
    initialPageParam: '',
    queryFn: async ({ pageParam, signal, client }) => {
      const limit = pageParam ? pageSize.further : pageSize.first;
      const params = { query: { ...query, limit, cursor: pageParam || undefined } };
      const page = (await api.GET('/tasks', { params, signal })).data as Page<Task>;
      return { ...page, items: page.items.map(guesses(client)) };
    },
    getNextPageParam: (last) => last.next_cursor || undefined,
  });
}

/** From here on the server says only that there are many. */
export const many = 1000;

/** How many there are in each queue, and unread ones in all. */
export function countsQuery(search: TaskSearch) {
  return queries.queryOptions('get', '/tasks/counts', { params: { query: listParams(search) } });
}

/** The list's tasks in one row. A task that moved between two pages while they were loaded is shown once. */
export function useTasks(search: TaskSearch) {
  const query = useInfiniteQuery(tasksQuery(search));
  const tasks = useMemo(() => {
    const seen = new Set<string>();
    return (query.data?.pages ?? []).flatMap((p) => p.items).filter((t) => !seen.has(t.id) && seen.add(t.id));
  }, [query.data]);
  return { ...query, tasks };
}

/** A task from a list, so that it is there at once when it is opened. */
export function taskInLists(queryClient: QueryClient, id: string): Task | undefined {
  for (const [, data] of queryClient.getQueriesData<InfiniteData<Page<Task>>>({ queryKey: ['get', '/tasks'] })) {
    for (const page of data?.pages ?? []) {
      const found = page.items.find((t) => t.id === id);
      if (found) return found;
    }
  }
  return undefined;
}

/** Puts a task, as the server has just said it is, wherever it is shown. */
export function putTask(queryClient: QueryClient, task: Task) {
  queryClient.setQueryData(taskKey(task.id), task);
  queryClient.setQueriesData<InfiniteData<Page<Task>>>({ queryKey: ['get', '/tasks'] }, (data) => {
    if (!data?.pages?.some((p) => p.items.some((t) => t.id === task.id))) return data;
    const pages = data.pages.map((p) => ({ ...p, items: p.items.map((t) => (t.id === task.id ? task : t)) }));
    return { ...data, pages };
  });
}

/** What a change will make of a task, as far as it can be told without asking: shown until the server has answered. */
export type Guess = Partial<Task>;

interface Asked {
  change: TaskChange;
  guess?: Guess;
}

/** Adds to a task, as the server knows it, what it has been asked to change and has not answered yet. */
function guesses(queryClient: QueryClient, answered?: Asked): (task: Task) => Task {
  const underWay = queryClient
    .getMutationCache()
    .findAll({ mutationKey: ['change-task'], status: 'pending' })
    .map((m) => ({ id: m.options.mutationKey?.[1], asked: m.state.variables as Asked }))
    .filter(({ asked }) => asked !== answered);
  return (task) => underWay.filter(({ id }) => id === task.id).reduce((t, { asked }) => ({ ...t, ...asked.guess }), task);
}

export function useChangeTask(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationKey: ['change-task', id],
    scope: { id: `task ${id}` }, // one after the other, in the order in which they were asked for
    mutationFn: async ({ change }: Asked) => (await api.PATCH('/tasks/{id}', { params: { path: { id } }, body: change })).data as Task,
    onMutate: async ({ guess }) => {
      if (!guess) return;
      await queryClient.cancelQueries({ queryKey: taskKey(id) });
      const before = queryClient.getQueryData(taskKey(id));
      if (before) putTask(queryClient, { ...before, ...guess });
      return before;
    },
    onSuccess: (task, asked) => putTask(queryClient, guesses(queryClient, asked)(task)),
    onError: (_err, asked, before) => {
      if (before) putTask(queryClient, guesses(queryClient, asked)(before));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['get', '/tasks'], exact: false }),
  });
}

/** Why the task was made like this. */
export function whyQuery(id: string) {
  return queries.queryOptions('get', '/tasks/{id}/why', { params: { path: { id } } });
}

/** Whether, as what and until when one may write. */
export function windowQuery(id: string) {
  return queries.queryOptions('get', '/tasks/{id}/reply-window', { params: { path: { id } } });
}

/** Everybody who can be assigned. */
export const staffQuery = queries.queryOptions('get', '/staff', { params: { query: { limit: 200 } } });
export const teamsQuery = queries.queryOptions('get', '/teams', { params: { query: { limit: 200 } } });

export function contactQuery(id: string) {
  const params = { path: { id } };
  return queryOptions({
    queryKey: ['get', '/contacts/{id}', { params }] as const,
    queryFn: async ({ signal }) => (await api.GET('/contacts/{id}', { params, signal })).data as Contact,
  });
}

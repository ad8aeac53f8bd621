import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { api, newKey, queries } from '@/api/client';
import type { Page, Reminder, Task } from '@/api/types';
import { putTask, taskQuery, useChangeTask } from '@/features/tasks/tasks';
import { nearTime } from '@/i18n/format';
import { toast, useFailureToast } from '@/ui/toast';

const key = () => ({ 'Idempotency-Key': newKey() });

/** One's own reminders of a task. */
export function remindersQuery(id: string) {
  const params = { path: { id } };
  return queryOptions({
    queryKey: ['get', '/tasks/{id}/reminders', { params }] as const,
    queryFn: async ({ signal }) => (await api.GET('/tasks/{id}/reminders', { params, signal })).data as Page<Reminder>,
  });
}

export const tagsQuery = queries.queryOptions('get', '/tags', { params: { query: { limit: 200 } } });
export const topicsQuery = queries.queryOptions('get', '/topics', { params: { query: { limit: 200 } } });

/** Puts a task away until a time, or brings it back. */
export function useSnooze(task: Task) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { mutate } = useChangeTask(task.id);
  return useCallback(
    (until: Date | null) => {
      const set = (at: string | null) => mutate({ change: { snoozed_until: at }, guess: { snoozed_until: at } }, { onError: failed });
      const before = task.snoozed_until;
      set(until ? until.toISOString() : null);
      if (until) toast(t('snooze.done', { time: nearTime(until.toISOString()) }), { words: t('task.undo'), act: () => set(before) });
      else toast(t('snooze.woken'));
    },
    [mutate, failed, task.snoozed_until, t],
  );
}

export function useRemind(taskId: string) {
  const queryClient = useQueryClient();
  const onSettled = () => queryClient.invalidateQueries({ queryKey: remindersQuery(taskId).queryKey });
  const add = useMutation({
    mutationFn: (body: { at: string; unless_answered: boolean; note: string }) =>
      api.POST('/tasks/{id}/reminders', { params: { path: { id: taskId }, header: key() }, body }),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.DELETE('/reminders/{id}', { params: { path: { id } } }),
    onSettled,
  });
  return { add, remove };
}

/** Steps that concern more than one task: everything shown of tasks is loaded again afterwards. */
export function useTaskSteps(task: Task) {
  const queryClient = useQueryClient();
  const onSettled = () =>
    queryClient.invalidateQueries({ predicate: ({ queryKey }) => typeof queryKey[1] === 'string' && queryKey[1].startsWith('/tasks') });
  const path = { id: task.id };
  const merge = useMutation({
    mutationFn: async (into: string) =>
      (await api.POST('/tasks/{id}/merge', { params: { path, header: key() }, body: { into_id: into } })).data as Task,
    onSuccess: (survivor) => putTask(queryClient, survivor),
    onSettled,
  });
  const unmerge = useMutation({
    mutationFn: async () => (await api.POST('/tasks/{id}/unmerge', { params: { path, header: key() } })).data as Task,
    onSuccess: (back) => putTask(queryClient, back),
    onSettled,
  });
  const split = useMutation({
    mutationFn: async (body: { comment_ids: string[]; title?: string; continue: boolean }) =>
      (await api.POST('/tasks/{id}/split', { params: { path, header: key() }, body })).data as Task,
    onSuccess: (made) => putTask(queryClient, made),
    onSettled,
  });
  const accept = useMutation({
    mutationFn: async () => (await api.POST('/tasks/{id}/accept', { params: { path, header: key() } })).data as Task,
    onSuccess: (mine) => putTask(queryClient, mine),
    onError: () => queryClient.invalidateQueries({ queryKey: taskQuery(task.id).queryKey }),
  });
  return { merge, unmerge, split, accept };
}

/** Whether the task waits for the first of a team to accept it. */
export function isOffered(task: Task): boolean {
  return task.assign_mode === 'first_to_accept' && task.assignees.length > 0 && task.assignees.every((a) => a.kind === 'team');
}

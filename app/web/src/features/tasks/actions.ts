import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Party, Task } from '@/api/types';
import { useMe } from '@/features/session/session';
import { toast, useFailureToast } from '@/ui/toast';
import { useChangeTask } from './tasks';
import { statusSetQuery, type Status } from './templates';

/** What staff do to a task as a whole. Each is seen at once, and taken back on the screen if the server refuses. */
export function useTaskActions(task: Task) {
  const { t } = useTranslation();
  const me = useMe();
  const queryClient = useQueryClient();
  const failed = useFailureToast();
  const { mutate } = useChangeTask(task.id);

  const setStatus = useCallback(
    (s: Status) => {
      // Resolving takes the assignees off: the server does, so the guess does not.
      const status = { id: s.key, name: s.name, color: s.color, category: s.category, active: s.active ?? s.category !== 'resolved' };
      mutate({ change: { status: s.key }, guess: { status } }, { onError: failed });
    },
    [mutate, failed],
  );

  const toggleResolved = useCallback(async () => {
    const resolve = task.status.category !== 'resolved';
    try {
      const statuses = await queryClient.ensureQueryData(statusSetQuery(task.status_set_id));
      const to = statuses.find((s) => (resolve ? s.category === 'resolved' : s.category === 'new' && s.active));
      if (!to) return;
      setStatus(to);
      toast(resolve ? t('task.resolved', { number: task.number }) : t('task.reopened', { number: task.number }));
    } catch (thrown) {
      failed(thrown);
    }
  }, [task, queryClient, setStatus, failed, t]);

  const setAssignees = useCallback(
    (assignees: Party[]) =>
      mutate({ change: { assignee_ids: assignees.map((a) => a.id) }, guess: { assignees } }, { onError: failed }),
    [mutate, failed],
  );

  /** Changes what the side panel shows. */
  const set = useCallback(
    (change: Partial<Pick<Task, 'topic' | 'tags' | 'due_at'>> & { priority?: 'low' | 'normal' | 'high' | 'urgent' }) =>
      mutate({ change, guess: change }, { onError: failed }),
    [mutate, failed],
  );

  const setParticipants = useCallback(
    (participants: Party[]) =>
      mutate({ change: { participant_ids: participants.map((p) => p.id) }, guess: { participants } }, { onError: failed }),
    [mutate, failed],
  );
  const following = task.participants.some((p) => p.id === me.id);
  const toggleFollowing = useCallback(() => {
    const others = task.participants.filter((p) => p.id !== me.id);
    setParticipants(following ? others : [...others, { id: me.id, kind: 'staff', name: me.name }]);
  }, [task.participants, me.id, me.name, following, setParticipants]);

  const mine = task.assignees.some((a) => a.id === me.id);
  /** Takes the task from whoever has it; from a team it is taken too, a second press gives it back. */
  const toggleMine = useCallback(() => {
    const others = task.assignees.filter((a) => a.id !== me.id);
    setAssignees(mine ? others : [{ id: me.id, kind: 'staff', name: me.name }]);
  }, [task.assignees, me.id, me.name, mine, setAssignees]);

  const setUnread = useCallback(
    (unread: boolean) => mutate({ change: { unread }, guess: { unread } }, { onError: failed }),
    [mutate, failed],
  );

  return { mine, set, setParticipants, following, toggleFollowing, setStatus, toggleResolved, setAssignees, toggleMine, setUnread };
}

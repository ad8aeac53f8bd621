import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { onChange } from '@/api/heard';
import type { Comment, Page, Task } from '@/api/types';
import { useMe } from '@/features/session/session';
import { teamsQuery } from '@/features/tasks/tasks';

/** Of which new messages the computer tells while nobody looks at Kontor. */
export const choices = ['off', 'mine', 'all'] as const;
export type Choice = (typeof choices)[number];

/**
 * The choice is this browser's and does not follow the person: the browser's permission does not either, and a choice made
 * elsewhere would be a promise that is not kept here.
 */
const key = 'kontor.desktop';
const watchers = new Set<() => void>();

/** Without a secure connection browsers have no notifications, nor the locks by which one tab alone shows them. */
export const possible = 'Notification' in globalThis && 'locks' in navigator;

export function chosen(): Choice {
  return choices.find((x) => x === localStorage.getItem(key)) ?? 'off';
}

/** Keeps the choice, and asks the browser for its permission. False when that was refused: then it stays off. */
export async function choose(choice: Choice): Promise<boolean> {
  const allowed = choice === 'off' || (possible && (await Notification.requestPermission()) === 'granted');
  localStorage.setItem(key, allowed ? choice : 'off');
  for (const watcher of watchers) watcher();
  return allowed;
}

function watch(watcher: () => void) {
  watchers.add(watcher);
  window.addEventListener('storage', watcher); // chosen in another tab
  return () => {
    watchers.delete(watcher);
    window.removeEventListener('storage', watcher);
  };
}

export function useChoice(): Choice {
  return useSyncExternalStore(watch, chosen);
}

/** Whether a task is somebody's: their own, or their teams'. */
export function isOf(task: Pick<Task, 'assignees'>, me: string, teams: string[]): boolean {
  return task.assignees.some((a) => a.id === me || teams.includes(a.id));
}

const seen = (taskId: string) => `kontor sees ${taskId}`;
/** How long a tab keeps the word that it tells of a message: the others hear of it within moments. */
const keepWord = 10_000;

/** Whether some tab shows the task to somebody now. */
async function isSeen(taskId: string): Promise<boolean> {
  const { held } = await navigator.locks.query();
  return (held ?? []).some((lock) => lock.name === seen(taskId));
}

/** Says to the other tabs that a task is looked at here, for as long as this tab is visible. */
export function useSeen(taskId: string) {
  useEffect(() => {
    if (!possible) return;
    let stop: AbortController | null = null;
    const look = () => {
      if (document.visibilityState === 'visible' && !stop) {
        const mine = (stop = new AbortController());
        const hold = () => new Promise<void>((done) => mine.signal.addEventListener('abort', () => done(), { once: true }));
        navigator.locks.request(seen(taskId), { mode: 'shared' }, hold).catch(() => {});
      } else if (document.visibilityState !== 'visible') {
        stop?.abort();
        stop = null;
      }
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      stop?.abort();
    };
  }, [taskId]);
}

/** Reads what a contact has just written; nothing when it was somebody else, or is not there any more. */
async function messageOf(taskId: string, commentId: string): Promise<{ task: Task; comment: Comment } | null> {
  const path = { id: taskId };
  const query = { sort: '-occurred_at' as const, limit: 5 };
  const page = (await api.GET('/tasks/{id}/comments', { params: { path, query } })).data as Page<Comment>;
  const comment = page.items.find((c) => c.id === commentId && c.author.kind === 'contact');
  if (!comment) return null;
  return { comment, task: (await api.GET('/tasks/{id}', { params: { path } })).data as Task };
}

/** Has the computer tell of what contacts write, as was chosen. One tab of the browser alone does. */
export function useDesktopNotifications() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useMe();
  const choice = useChoice();
  const { data: teams } = useQuery(teamsQuery);
  useEffect(() => {
    if (choice === 'off' || !possible || Notification.permission !== 'granted') return;
    const ours = teams?.items.filter((team) => team.member_ids.includes(me.id)).map((team) => team.id) ?? [];
    const tell = async (taskId: string, commentId: string) => {
      if (await isSeen(taskId)) return;
      const found = await messageOf(taskId, commentId);
      if (!found || (choice === 'mine' && !isOf(found.task, me.id, ours))) return;
      const { task, comment } = found;
      const shown = new Notification(task.contact_name || task.title, {
        body: comment.text.slice(0, 140) || t('notify.file'),
        icon: '/favicon.svg',
        tag: task.id, // a task's next message stands in place of the one before
      });
      shown.addEventListener('click', () => {
        window.focus();
        shown.close();
        void navigate({ to: '/tasks/$taskId', params: { taskId }, search: {} });
      });
    };
    return onChange(({ type, refs: { task_id, comment_id } }) => {
      if (type !== 'comment.created' || !task_id || !comment_id) return;
      const only = async (lock: Lock | null) => {
        if (!lock) return; // another tab tells
        await tell(task_id, comment_id).catch(() => {}); // the list shows it all the same
        await new Promise((done) => setTimeout(done, keepWord));
      };
      navigator.locks.request(`kontor tells ${comment_id}`, { ifAvailable: true }, only).catch(() => {});
    });
  }, [choice, teams, me.id, navigate, t]);
}

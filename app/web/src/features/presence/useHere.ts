import { useEffect, useRef } from 'react';
import { api, newKey } from '@/api/client';
import { useDraft } from '@/features/conversation/drafts';

/** How often a screen says that it shows a task; the server lets go of those that have not said so for 30 s. */
const every = 10_000;
/** How long after the last letter somebody counts as writing. */
const pause = 6000;

/** Tells this screen from the person's others. */
const tab = newKey();

type Typing = '' | 'public' | 'internal';

function say(id: string, typing: Typing, left = false) {
  const body = { tab, typing, left };
  // Nobody is told when it fails: the next sign comes soon, and without one the server has us leave.
  api.POST('/tasks/{id}/presence', { params: { path: { id } }, body, keepalive: left }).catch(() => {});
}

/** Lets colleagues know that the task is open here, and whether something is being written. */
export function useHere(taskId: string) {
  const answer = useDraft(taskId, 'public').text;
  const reply = useDraft(taskId, 'private').text;
  const note = useDraft(taskId, 'internal').text;
  const typing = useRef<Typing>('');
  const before = useRef({ taskId, answer: answer + reply, note });

  useEffect(() => {
    const look = () => document.visibilityState === 'visible' && say(taskId, typing.current);
    const leave = () => say(taskId, '', true);
    look();
    const timer = setInterval(look, every);
    document.addEventListener('visibilitychange', look);
    window.addEventListener('pagehide', leave);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('pagehide', leave);
      typing.current = '';
      leave();
    };
  }, [taskId]);

  useEffect(() => {
    const was = before.current;
    before.current = { taskId, answer: answer + reply, note };
    if (was.taskId !== taskId) return;
    const now: Typing = was.answer !== answer + reply && answer + reply ? 'public' : was.note !== note && note ? 'internal' : '';
    if (now !== typing.current) {
      typing.current = now;
      say(taskId, now);
    }
    if (!now) return;
    const timer = setTimeout(() => {
      typing.current = '';
      say(taskId, '');
    }, pause);
    return () => clearTimeout(timer);
  }, [taskId, answer, reply, note]);
}

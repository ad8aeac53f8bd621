import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { Comment } from '@/api/types';
import { useMe } from '@/features/session/session';
import { useComments } from './comments';
import { useDraft } from './drafts';

/** A colleague's answer that came while one was writing here. */
interface Collision {
  comment: Comment;
  /** Sending was tried, and it was said why it waits: the next time it goes. */
  asked: boolean;
}

let collisions = new Map<string, Collision>();
const listeners = new Set<() => void>();

function change(taskId: string, collision: Collision | null) {
  collisions = new Map(collisions);
  if (collision) collisions.set(taskId, collision);
  else collisions.delete(taskId);
  for (const listener of listeners) listener();
}

/**
 * Whether an answer may go now. If a colleague has answered while it was written, the first try only says so: the next one
 * is meant.
 */
export function mayAnswer(taskId: string): boolean {
  const found = collisions.get(taskId);
  if (!found || found.asked) {
    if (found) change(taskId, null);
    return true;
  }
  change(taskId, { ...found, asked: true });
  return false;
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Watches for answers of colleagues while something is being written. */
export function useCollision(taskId: string) {
  const me = useMe();
  const { comments } = useComments(taskId);
  const answer = useDraft(taskId, 'public').text;
  const reply = useDraft(taskId, 'private').text;
  const writing = (answer + reply).trim() !== '';
  const theirs = comments.findLast((c) => c.visibility === 'public' && c.author.kind !== 'contact' && c.author.kind !== 'system' && !c.history);
  const seen = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (!writing) {
      seen.current = theirs?.id ?? '';
      if (collisions.has(taskId)) change(taskId, null);
      return;
    }
    if (comments.length === 0) return;
    seen.current ??= theirs?.id ?? '';
    if (theirs && theirs.id !== seen.current) {
      seen.current = theirs.id;
      if (theirs.author.id !== me.id) change(taskId, { comment: theirs, asked: false });
    }
  }, [taskId, writing, theirs, comments.length, me.id]);
  const found = useSyncExternalStore(subscribe, () => collisions.get(taskId));
  return { found, dismiss: () => change(taskId, null) };
}

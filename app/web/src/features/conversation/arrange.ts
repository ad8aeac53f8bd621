import type { Comment } from '@/api/types';
import { sameDay } from '@/i18n/format';

/** A comment with what stands around it. */
export interface Entry {
  comment: Comment;
  /** Another day begins. */
  newDay: boolean;
  /** What came before the task ends here. */
  taskBegins: boolean;
  /** Somebody else speaks, or the same one after a pause: name and time stand above. */
  head: boolean;
}

const pause = 5 * 60_000;

function sameVoice(a: Comment, b: Comment): boolean {
  return (
    a.author.kind === b.author.kind &&
    a.author.id === b.author.id &&
    a.author.name === b.author.name &&
    a.visibility === b.visibility &&
    a.transport === b.transport &&
    a.history === b.history
  );
}

/** Arranges comments, the oldest first, as they are shown. */
export function arrange(comments: Comment[]): Entry[] {
  return comments.map((comment, i) => {
    const before = comments[i - 1];
    const newDay = !before || !sameDay(before.occurred_at, comment.occurred_at);
    const taskBegins = before !== undefined && before.history && !comment.history;
    const apart = !before || Date.parse(comment.occurred_at) - Date.parse(before.occurred_at) > pause;
    return { comment, newDay, taskBegins, head: newDay || taskBegins || apart || !sameVoice(before, comment) };
  });
}

/** On which side a comment stands. */
export function sideOf(c: Comment): 'theirs' | 'ours' | 'note' | 'system' {
  if (c.author.kind === 'system') return 'system';
  if (c.visibility === 'internal') return 'note';
  return c.author.kind === 'contact' ? 'theirs' : 'ours';
}

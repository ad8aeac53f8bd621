/** The rows to be drawn: those from one to another, and some that must be there wherever they are. */
export function drawn(from: number, to: number, count: number, kept: number[]): number[] {
  const first = Math.max(0, from);
  const last = Math.min(count - 1, to);
  const near = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  const far = kept.filter((i) => i >= 0 && i < count && (i < first || i > last));
  return [...new Set([...near, ...far])].toSorted((a, b) => a - b);
}

/**
 * By how many rows what is seen has moved in a new list. Of the rows that are seen, the middle one's move counts: one that
 * was written to and went to the top, or that is gone, does not take the view along.
 */
export function moved(before: { id: string }[], after: { id: string }[], first: number, last: number): number {
  const now = new Map(after.map((t, i) => [t.id, i]));
  const moves: number[] = [];
  for (let i = first; i <= Math.min(last, before.length - 1); i++) {
    const at = now.get(before[i]!.id);
    if (at !== undefined) moves.push(at - i);
  }
  return moves.toSorted((a, b) => a - b)[Math.floor(moves.length / 2)] ?? 0;
}

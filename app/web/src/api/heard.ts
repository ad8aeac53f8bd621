import type { Change } from './stream';

/** Who wants to hear of changes themselves, besides the queries that they make stale. */
const listeners = new Set<(change: Change) => void>();

export function heardChange(change: Change) {
  for (const listener of listeners) listener(change);
}

/** Calls a listener with every change until what is returned is called. */
export function onChange(listener: (change: Change) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

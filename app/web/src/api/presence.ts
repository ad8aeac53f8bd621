import { useMemo, useSyncExternalStore } from 'react';
import type { Presence, Present } from './stream';

let rooms = new Map<string, Present[]>();
const listeners = new Set<() => void>();
const nobody: Present[] = [];

function change(next: Map<string, Present[]>) {
  rooms = next;
  for (const listener of listeners) listener();
}

/** Notes who has a task open, as the stream says. */
export function heardPresence({ task_id, people }: Presence) {
  const next = new Map(rooms);
  if (people.length > 0) next.set(task_id, people);
  else next.delete(task_id);
  change(next);
}

/** The stream begins anew, and says it of everybody again. */
export function forgetPresence() {
  if (rooms.size > 0) change(new Map());
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Who else has a task open now. */
export function useOthers(taskId: string, me: string): Present[] {
  const people = useSyncExternalStore(subscribe, () => rooms.get(taskId) ?? nobody);
  return useMemo(() => people.filter((p) => p.staff_id !== me), [people, me]);
}

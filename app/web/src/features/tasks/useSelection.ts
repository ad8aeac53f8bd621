import { useCallback, useMemo, useState } from 'react';
import type { Task } from '@/api/types';

/** Which tasks of the list are chosen. One that leaves the list is no longer chosen. */
export function useSelection(tasks: Task[]) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string>();
  const chosen = useMemo(() => tasks.filter((t) => ids.has(t.id)), [tasks, ids]);
  const clear = useCallback(() => setIds(new Set()), []);
  const all = useCallback(() => setIds(new Set(tasks.map((t) => t.id))), [tasks]);

  /** Chooses a task or no longer; with `range`, all from the one before up to it. */
  const toggle = useCallback(
    (id: string, range = false) => {
      const from = tasks.findIndex((t) => t.id === last);
      const to = tasks.findIndex((t) => t.id === id);
      setIds((before) => {
        const next = new Set(before);
        if (range && from >= 0 && to >= 0) {
          for (const t of tasks.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(t.id);
        } else if (!next.delete(id)) {
          next.add(id);
        }
        return next;
      });
      setLast(id);
    },
    [tasks, last],
  );
  return { chosen, has: (id: string) => ids.has(id), toggle, all, clear };
}

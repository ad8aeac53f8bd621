import { createContext, useContext } from 'react';
import type { Task } from '@/api/types';

/** Whether the caller may work a task: answer, moderate, merge, assign. Who may not still reads, notes and sorts it. */
export function mayWork(task: Pick<Task, 'my_role'>): boolean {
  return task.my_role !== 'viewer';
}

/** Says the same to the parts of an open task that do not have the task itself. */
export const WorkContext = createContext(true);
export const useMayWork = () => useContext(WorkContext);

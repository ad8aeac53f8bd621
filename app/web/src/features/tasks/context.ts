import { createContext, useContext } from 'react';

interface TaskListValue {
  /** Loads a task ahead. */
  prefetch: (id: string | undefined) => void;
}

export const TaskListContext = createContext<TaskListValue>({ prefetch: () => {} });
export const useTaskList = () => useContext(TaskListContext);

export function rowId(taskId: string): string {
  return `task-${taskId}`;
}

import { createContext, useContext } from 'react';

interface TaskListValue {
  /** Loads a task ahead. */
  prefetch: (id: string | undefined) => void;
  /** Chooses a task, for doing something with several. */
  choose: (id: string, range?: boolean) => void;
}

export const TaskListContext = createContext<TaskListValue>({ prefetch: () => {}, choose: () => {} });
export const useTaskList = () => useContext(TaskListContext);

export function rowId(taskId: string): string {
  return `task-${taskId}`;
}

import { useQuery } from '@tanstack/react-query';
import { queries } from '@/api/client';

/** On which tasks something is begun; one request for all of them. */
const draftMarksQuery = queries.queryOptions('get', '/drafts');

/** Whether something is begun on a task, in whatever browser. */
export function useHasDraft(taskId: string): boolean {
  const { data } = useQuery({ ...draftMarksQuery, select: ({ items }) => items.some((d) => d.task_id === taskId) });
  return data ?? false;
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, newKey } from '@/api/client';
import type { BulkOutcome, BulkTask } from '@/api/types';
import { toast, useFailureToast } from '@/ui/toast';

/** As many as one call changes. */
export const mostAtOnce = 200;

/** Takes back what was done to a task, unless somebody has changed it since. */
function back(o: BulkOutcome): BulkTask {
  return { id: o.id, ...o.before!, due_at: o.before!.due_at ?? null, unchanged_since: o.task!.updated_at } as BulkTask;
}

/** Changes many tasks, says what came of it, and offers to take it back. */
export function useBulk() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const failed = useFailureToast();
  const { mutate, isPending } = useMutation({
    mutationFn: async ({ items }: { items: BulkTask[]; undoing?: boolean }) =>
      (await api.POST('/tasks/bulk', { params: { header: { 'Idempotency-Key': newKey() } }, body: { items } })).data!.items,
    onError: failed,
    onSuccess: (outcomes, { undoing }) => {
      const done = outcomes.filter((o) => o.outcome === 'changed');
      const left = outcomes.length - done.length;
      const words = t(undoing ? 'bulk.undone' : 'bulk.done', { count: done.length });
      const said = left > 0 ? `${words} ${t('bulk.left', { count: left })}` : words;
      toast(said, undoing || done.length === 0 ? undefined : { words: t('bulk.undo'), act: () => mutate({ items: done.map(back), undoing: true }) });
    },
    onSettled: () => queryClient.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith('/tasks') }),
  });
  return { change: (items: BulkTask[]) => mutate({ items: items.slice(0, mostAtOnce) }), busy: isPending };
}

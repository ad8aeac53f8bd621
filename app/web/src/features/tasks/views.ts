import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, newKey, queries } from '@/api/client';
import type { TaskView } from '@/api/types';
import { useFailureToast } from '@/ui/toast';
import { readTaskSearch, viewFilter, type TaskSearch } from './search';

/** Saved views: one's own and the shared ones. */
export const viewsQuery = queries.queryOptions('get', '/task-views');

/** What the list shows in a view. */
export function searchOf(view: TaskView): TaskSearch {
  return { ...readTaskSearch(view.filter), view: view.id };
}

function useViews<T, R>(change: (input: T) => Promise<R>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onError: useFailureToast(),
    onSettled: () => queryClient.invalidateQueries({ queryKey: viewsQuery.queryKey }),
  });
}

export function useSaveView() {
  return useViews(async ({ name, shared, search }: { name: string; shared: boolean; search: TaskSearch }) => {
    const body = { name, shared, filter: viewFilter(search) };
    return (await api.POST('/task-views', { params: { header: { 'Idempotency-Key': newKey() } }, body })).data as TaskView;
  });
}

export function useChangeView() {
  return useViews(({ id, ...body }: { id: string; name?: string; shared?: boolean; filter?: Record<string, string> }) =>
    api.PATCH('/task-views/{id}', { params: { path: { id } }, body }),
  );
}

export function useDeleteView() {
  return useViews((id: string) => api.DELETE('/task-views/{id}', { params: { path: { id } } }));
}

/** The same views in another order; those that it does not name come last. */
export function arranged(views: TaskView[], order: string[]): TaskView[] {
  const place = (view: TaskView) => (order.includes(view.id) ? order.indexOf(view.id) : order.length);
  return views.toSorted((a, b) => place(a) - place(b));
}

/** Arranges one's views, one step after the other. */
export function useOrderViews() {
  const queryClient = useQueryClient();
  const { queryKey } = viewsQuery;
  const mutationKey = ['order-views'];
  const save = useMutation({
    mutationKey,
    scope: { id: 'order-views' },
    mutationFn: (ids: string[]) => api.PUT('/task-views/order', { body: { ids } }),
    onError: useFailureToast(),
    onSettled: () => {
      if (queryClient.isMutating({ mutationKey }) === 1) void queryClient.invalidateQueries({ queryKey });
    },
  });
  const now = () => queryClient.getQueryData<{ items: TaskView[] }>(queryKey)?.items ?? [];
  return {
    now,
    /** Shows the order at once: the next key may come before anything is drawn. */
    arrange: (ids: string[]) => {
      void queryClient.cancelQueries({ queryKey }, { revert: false });
      queryClient.setQueryData(queryKey, (old: { items: TaskView[] } | undefined) => old && { ...old, items: arranged(old.items, ids) });
      save.mutate(ids);
    },
  };
}

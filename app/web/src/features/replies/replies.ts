import { useMutation, useQueryClient } from '@tanstack/react-query';
import { queryOptions } from '@tanstack/react-query';
import { api, newKey, queries } from '@/api/client';
import type { Attachment, Page, SavedReply } from '@/api/types';
import { useFailureToast } from '@/ui/toast';

/** Saved replies by words in their names, those used most first. */
export function repliesQuery(q = '', category?: string) {
  const params = { query: { q: q || undefined, category_id: category, limit: 200 } };
  return queryOptions({
    queryKey: ['get', '/saved-replies', { params }] as const,
    queryFn: async ({ signal }) => (await api.GET('/saved-replies', { params, signal })).data as Page<SavedReply>,
  });
}

export const categoriesQuery = queries.queryOptions('get', '/saved-reply-categories');
export const variablesQuery = queries.queryOptions('get', '/template-variables');

/** What is written in the form of a saved reply. */
export interface ReplyForm {
  name: string;
  shortcut: string;
  category_id: string | null;
  shared: boolean;
  text: string;
  variants: Record<string, string>;
  files: Attachment[];
}

const key = () => ({ 'Idempotency-Key': newKey() });

function useReplies<T, R>(act: (input: T) => Promise<R>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => queryClient.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith('/saved-repl') }),
  });
}

/** Saves a new reply, or one that is there. */
export function useSaveReply() {
  return useReplies(async ({ id, files, ...form }: ReplyForm & { id?: string }) => {
    const body = { ...form, attachment_ids: files.map((f) => f.id), category_id: form.category_id as string }; // may be null, which the types do not say
    return id
      ? (await api.PATCH('/saved-replies/{id}', { params: { path: { id } }, body })).data
      : (await api.POST('/saved-replies', { params: { header: key() }, body })).data;
  });
}

export function useDeleteReply() {
  const failed = useFailureToast();
  const remove = useReplies((id: string) => api.DELETE('/saved-replies/{id}', { params: { path: { id } } }));
  return (id: string, then: () => void) => remove.mutate(id, { onError: failed, onSuccess: then });
}

export function useMakeCategory() {
  return useReplies(async (name: string) => (await api.POST('/saved-reply-categories', { params: { header: key() }, body: { name } })).data!);
}

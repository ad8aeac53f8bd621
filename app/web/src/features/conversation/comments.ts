import { infiniteQueryOptions, useInfiniteQuery, useMutation, useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, newKey } from '@/api/client';
import type { Attachment, Comment, DeliveryState, Page } from '@/api/types';
import type { Way } from './ways';

const pageSize = 50;

/** A task's comments, the newest page first. */
export function commentsQuery(taskId: string) {
  const params = { path: { id: taskId } };
  return infiniteQueryOptions({
    queryKey: ['get', '/tasks/{id}/comments', { params }] as const,
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }) => {
      const query = { sort: '-occurred_at' as const, limit: pageSize, cursor: pageParam || undefined };
      return (await api.GET('/tasks/{id}/comments', { params: { ...params, query }, signal })).data as Page<Comment>;
    },
    getNextPageParam: (last) => last.next_cursor || undefined,
  });
}

/** The comments that are loaded, the oldest first. */
export function useComments(taskId: string) {
  const query = useInfiniteQuery(commentsQuery(taskId));
  const comments = useMemo(() => {
    const seen = new Set<string>();
    const all = (query.data?.pages ?? []).flatMap((p) => p.items).filter((c) => !seen.has(c.id) && seen.add(c.id));
    return all.toReversed();
  }, [query.data]);
  return { ...query, comments };
}

type Pages = InfiniteData<Page<Comment>>;

/** Puts a comment that was just written at the end, without waiting for the stream. */
export function putComment(queryClient: QueryClient, comment: Comment) {
  queryClient.setQueryData<Pages>(commentsQuery(comment.task_id).queryKey, (data) => {
    const [newest, ...older] = data?.pages ?? [];
    if (!data || !newest || newest.items.some((c) => c.id === comment.id)) return data;
    return { ...data, pages: [{ ...newest, items: [comment, ...newest.items] }, ...older] };
  });
}

export interface Draft {
  text: string;
  way: Way;
  attachments: Attachment[];
  replyTo?: string;
  /** The saved reply that it was made from. */
  savedReply?: string;
  /** As several messages, if it is too long for one. */
  split?: boolean;
}

export function useAddComment(taskId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (d: Draft & { key: string }) => {
      const { data } = await api.POST('/tasks/{id}/comments', {
        params: { path: { id: taskId }, header: { 'Idempotency-Key': d.key } },
        body: {
          text: d.text,
          visibility: d.way === 'internal' ? 'internal' : 'public',
          mode: d.way === 'private' ? 'private_reply' : 'reply',
          attachment_ids: d.attachments.map((a) => a.id),
          reply_to: d.replyTo,
          saved_reply_id: d.savedReply,
          split: d.split || undefined,
        },
      });
      return data as Comment;
    },
    retry: (failures, thrown) => failures < 2 && isCut(thrown), // the key makes it safe
    onSuccess: (comment) => putComment(queryClient, comment),
  });
}

/** Whether the answer was lost on its way: what was asked for may have been done. */
function isCut(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && 'status' in thrown && thrown.status === 0;
}

function of(id: string) {
  return { params: { path: { id }, header: { 'Idempotency-Key': newKey() } } };
}

/** Steps that staff take with a message: the comments are loaded again afterwards. */
export function useMessageSteps(taskId: string) {
  const queryClient = useQueryClient();
  const onSettled = () => queryClient.invalidateQueries({ queryKey: commentsQuery(taskId).queryKey });
  const retry = useMutation({ mutationFn: (id: string) => api.POST('/messages/{id}/retry', of(id)), onSettled });
  const cancel = useMutation({
    mutationFn: (ids: string[]) => Promise.all(ids.map((id) => api.POST('/messages/{id}/cancel', of(id)))),
    onSettled,
  });
  const settle = useMutation({
    mutationFn: ({ id, outcome }: { id: string; outcome: 'sent' | 'not_sent' }) =>
      api.POST('/messages/{id}/settle', { ...of(id), body: { outcome } }),
    onSettled,
  });
  const leave = useMutation({ mutationFn: (id: string) => api.POST('/messages/{id}/leave', of(id)), onSettled });
  return { retry, cancel, settle, leave };
}

export async function upload(file: File, signal: AbortSignal): Promise<Attachment> {
  const body = new FormData();
  body.append('file', file, file.name);
  const { data } = await api.POST('/attachments', {
    params: { header: { 'Idempotency-Key': newKey() } },
    body: body as never, // the document describes the form, the browser writes it
    bodySerializer: (form) => form,
    signal,
  });
  return data!;
}

/** States in which a message is still on its way. */
export function isUnderway(state: DeliveryState): boolean {
  return state === 'queued' || state === 'sending';
}

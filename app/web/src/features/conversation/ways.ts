import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, newKey } from '@/api/client';
import type { Comment, CommentWindow, ReplyWindow, Task } from '@/api/types';
import { mayWork } from '@/features/access/rights';
import { useCapabilities } from '@/features/channels/channels';
import { windowQuery } from '@/features/tasks/tasks';
import { commentsQuery, useComments } from './comments';
import { limitsFor, type FileLimits } from './fileLimits';

/** By which way something goes: to everybody who may read it there, to its author alone, to colleagues alone. */
export type Way = 'public' | 'private' | 'internal';

export type Moderation = 'like' | 'unlike' | 'hide' | 'unhide' | 'delete';

/** What is left to answer a comment under a post with. */
function commentWindowQuery(id: string) {
  const params = { path: { id } };
  return queryOptions({
    queryKey: ['get', '/comments/{id}/reply-window', { params }] as const,
    queryFn: async ({ signal }) => (await api.GET('/comments/{id}/reply-window', { params, signal })).data as CommentWindow,
  });
}

export interface Ways {
  /** Those there are for this task. */
  all: Way[];
  /** The comment under a post that would be answered; null where there is no post. */
  under: Comment | null;
  /** What the platform allows; undefined for notes, and until it is known. */
  windowOf: (way: Way) => ReplyWindow | undefined;
  /** The most characters; 0 for no limit. */
  limitOf: (way: Way) => number;
  /** What it takes of files. */
  filesOf: (way: Way) => FileLimits;
  /** Whether a text that is too long may go as several messages. */
  splits: (way: Way) => boolean;
}

/** The ways in which a task, or one comment of it, can be answered. */
export function useWays(task: Task, replyTo: Comment | null): Ways {
  const { comments } = useComments(task.id);
  const target = replyTo ?? comments.findLast((c) => c.place && c.author.kind === 'contact' && !c.unsent_at);
  const under = target?.place ? target : null;
  const direct = useQuery({ ...windowQuery(task.id), enabled: task.conversation_id !== null && !under });
  const there = useQuery({ ...commentWindowQuery(under?.id ?? ''), enabled: under !== null });
  const can = useCapabilities(task.channel_id);
  const mannerOf = (way: Way) => (under ? can?.modes[way === 'private' ? 'private_reply' : 'answer'] : can);
  const all: Way[] = !task.conversation_id || !mayWork(task) ? ['internal'] : under ? ['public', 'private', 'internal'] : ['public', 'internal'];
  return {
    all,
    under,
    windowOf: (way) => {
      if (way === 'internal') return undefined;
      if (!under) return direct.data;
      return way === 'private' ? there.data?.private : there.data?.answer;
    },
    limitOf: (way) => (way === 'internal' ? 0 : (mannerOf(way)?.text_limit ?? 0)),
    filesOf: (way) => limitsFor(way, mannerOf(way)),
    splits: (way) => way === 'public' && !under,
  };
}

/** Likes, hides and deletes comments under posts, on the platform. */
export function useModerate(taskId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, action }: { id: string; action: Moderation }) =>
      api.POST('/comments/{id}/moderate', {
        params: { path: { id }, header: { 'Idempotency-Key': newKey() } },
        body: { action },
      }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: commentsQuery(taskId).queryKey }),
  });
}

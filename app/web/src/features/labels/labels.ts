import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, newKey } from '@/api/client';
import type { Label } from '@/api/types';

/** Tags are many on a task, its topic is one. */
export type LabelType = 'tag' | 'topic';

export const colors = ['', 'gray', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'pink'] as const;
export type Color = Label['color'];

const paths = { tag: '/tags', topic: '/topics' } as const;

/** What admins do with labels; tasks and lists that have them follow. */
export function useLabelSteps(type: LabelType) {
  const queryClient = useQueryClient();
  const path = paths[type];
  const onSettled = () =>
    queryClient.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[1] === path || (typeof queryKey[1] === 'string' && queryKey[1].startsWith('/task')),
    });
  return {
    set: useMutation({
      mutationFn: (body: { name: string; color: Color }) => api.POST(path, { params: { header: { 'Idempotency-Key': newKey() } }, body }),
      onSettled,
    }),
    rename: useMutation({
      mutationFn: (body: { name: string; to: string; merge?: boolean }) => api.POST(`${path}/rename`, { body }),
      onSettled,
    }),
    remove: useMutation({ mutationFn: (name: string) => api.POST(`${path}/delete`, { body: { name } }), onSettled }),
  };
}

import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, newKey, queries } from '@/api/client';
import type { components } from '@/api/schema';
import type { Page } from '@/api/types';

export type Session = components['schemas']['Session'];
export type Token = components['schemas']['SessionToken'];

export const factorQuery = queries.queryOptions('get', '/me/second-factor');

/** Sessions come and go elsewhere, which no change on the stream tells: they are asked for when they are looked at. */
export const sessionsQuery = queryOptions({
  queryKey: ['get', '/sessions'] as const,
  queryFn: async ({ signal }) => (await api.GET('/sessions', { params: { query: { limit: 100 } }, signal })).data as Page<Session>,
  staleTime: 0,
});

export const tokensQuery = queryOptions({
  queryKey: ['get', '/tokens'] as const,
  queryFn: async ({ signal }) => (await api.GET('/tokens', { params: { query: { limit: 200 } }, signal })).data as Page<Token>,
});

export function useSessionSteps() {
  const queryClient = useQueryClient();
  const onSettled = () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
  return {
    end: useMutation({ mutationFn: (id: string) => api.DELETE('/sessions/{id}', { params: { path: { id } } }), onSettled }),
    endOthers: useMutation({ mutationFn: () => api.DELETE('/sessions'), onSettled }),
  };
}

export function useFactorSteps() {
  const queryClient = useQueryClient();
  const onSuccess = () => queryClient.invalidateQueries({ queryKey: factorQuery.queryKey });
  return {
    begin: useMutation({
      mutationFn: async (password?: string) => (await api.POST('/me/second-factor', { body: { password } })).data!,
    }),
    confirm: useMutation({
      mutationFn: async (code: string) => (await api.POST('/me/second-factor/confirm', { body: { code } })).data!.codes,
    }),
    renew: useMutation({
      mutationFn: async (body: { password?: string; code: string }) =>
        (await api.POST('/me/second-factor/recovery-codes', { body })).data!.codes,
      onSuccess,
    }),
    disable: useMutation({
      mutationFn: (body: { password?: string; code: string }) => api.POST('/me/second-factor/disable', { body }),
      onSuccess,
    }),
    refresh: onSuccess,
  };
}

export function useTokenSteps() {
  const queryClient = useQueryClient();
  const onSettled = () => queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
  return {
    create: useMutation({
      mutationFn: async (body: { name: string; acts_as: 'bot' | 'staff'; expires_at?: string }) =>
        (await api.POST('/tokens', { body, params: { header: { 'Idempotency-Key': newKey() } } })).data!,
      onSettled,
    }),
    revoke: useMutation({ mutationFn: (id: string) => api.DELETE('/tokens/{id}', { params: { path: { id } } }), onSettled }),
  };
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (body: { current_password: string; password: string }) => api.POST('/me/password', { body }),
  });
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, queries } from '@/api/client';
import type { components } from '@/api/schema';
import { setLanguage, type Language } from '@/i18n';

export type Me = components['schemas']['Me'];

/** Who has signed in. */
export const meQuery = queries.queryOptions('get', '/me');

/** Who has signed in, on screens that need somebody to be. */
export function useMe(): Me {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error('nobody has signed in');
  return data;
}

export function isAdmin(me: Me): boolean {
  return me.role === 'admin' || me.role === 'owner';
}

/** Everything the last person saw goes, and the new one is greeted in their language. */
export function useEnter() {
  const queryClient = useQueryClient();
  return async (me: Me) => {
    queryClient.clear();
    queryClient.setQueryData(meQuery.queryKey, me);
    await setLanguage(me.language);
  };
}

export function useSignIn() {
  const enter = useEnter();
  return useMutation({
    mutationFn: async (body: { email: string; password: string }) => (await api.POST('/session', { body })).data!,
    onSuccess: enter,
  });
}

export function useSwitchAccount() {
  const enter = useEnter();
  return useMutation({
    mutationFn: async (account: string) => (await api.PATCH('/session', { body: { account_id: account } })).data!,
    onSuccess: enter,
  });
}

export function useChangeMe() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: { name?: string; language?: Language; available?: boolean }) => (await api.PATCH('/me', { body })).data!,
    onSuccess: (me) => queryClient.setQueryData(meQuery.queryKey, me),
  });
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useState } from 'react';
import { api, queries } from '@/api/client';
import type { components } from '@/api/schema';
import { setLanguage, type Language } from '@/i18n';

export type Me = components['schemas']['Me'];

/** Who has signed in. */
export const meQuery = queries.queryOptions('get', '/me');

export const MeContext = createContext<Me | null>(null);

/** Who has signed in, for all screens that need somebody to be: these stand a moment longer than the session does. */
export function useSignedIn(): Me | null {
  const { data } = useQuery(meQuery);
  const [last, setLast] = useState(data);
  if (data && data !== last) setLast(data);
  return data ?? last ?? null;
}

/** Who has signed in, on screens that need somebody to be. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('nobody has signed in');
  return me;
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
    mutationFn: async (body: { name?: string; language?: Language; available?: boolean; away_until?: string; working_hours?: Me['working_hours'] }) => (await api.PATCH('/me', { body })).data!,
    onSuccess: (me) => queryClient.setQueryData(meQuery.queryKey, me),
  });
}

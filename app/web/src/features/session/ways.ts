import { useMutation } from '@tanstack/react-query';
import { api, queries } from '@/api/client';
import type { components } from '@/api/schema';
import { useEnter } from './session';

/** How one gets in: by mail, by single sign-on, or by making the first account. */
export const waysQuery = queries.queryOptions('get', '/sign-in');

/** The secret of a link stands behind the #, which no browser sends on. */
export function secretOfLink(): string {
  return window.location.hash.slice(1);
}

type Accept = components['schemas']['AcceptInputBody'];
type SetUp = components['schemas']['SetUpInputBody'];

export function useSecondStep() {
  const enter = useEnter();
  return useMutation({
    mutationFn: async (code: string) => (await api.POST('/session/second-factor', { body: { code } })).data!,
    onSuccess: enter,
  });
}

export function useRequestReset() {
  return useMutation({ mutationFn: (email: string) => api.POST('/password-resets', { body: { email } }) });
}

export function useReset() {
  return useMutation({
    mutationFn: (body: { token: string; password: string }) => api.POST('/password-resets/redeem', { body }),
  });
}

export function useAccept() {
  const enter = useEnter();
  return useMutation({
    mutationFn: async (body: Accept) => (await api.POST('/invitations/accept', { body })).data!,
    onSuccess: enter,
  });
}

export function useSetUp() {
  const enter = useEnter();
  return useMutation({
    mutationFn: async (body: SetUp) => (await api.POST('/set-up', { body })).data!,
    onSuccess: enter,
  });
}

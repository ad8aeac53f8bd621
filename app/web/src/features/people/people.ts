import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, newKey, queries } from '@/api/client';
import type { components } from '@/api/schema';
import type { Page } from '@/api/types';
import type { Hours } from '@/features/hours/hours';
import { meQuery } from '@/features/session/session';

export type Staff = components['schemas']['Staff'];
export type Team = components['schemas']['StaffTeam'];
export type Invitation = components['schemas']['StaffInvitation'];
export type Role = Staff['role'];

const all = { query: { limit: 200 } } as const;

export const personQuery = (id: string) => queries.queryOptions('get', '/staff/{id}', { params: { path: { id } } });

/** The account's people, also those who no longer sign in. */
export const staffQuery = queryOptions({
  queryKey: ['get', '/staff', 'people'] as const,
  queryFn: async ({ signal }) => (await api.GET('/staff', { params: all, signal })).data as Page<Staff>,
});

export const teamsQuery = queryOptions({
  queryKey: ['get', '/teams', 'people'] as const,
  queryFn: async ({ signal }) => (await api.GET('/teams', { params: all, signal })).data as Page<Team>,
});

export const invitationsQuery = queryOptions({
  queryKey: ['get', '/invitations'] as const,
  queryFn: async ({ signal }) => (await api.GET('/invitations', { params: all, signal })).data as Page<Invitation>,
});

const key = () => ({ header: { 'Idempotency-Key': newKey() } });

export function useInvitationSteps() {
  const queryClient = useQueryClient();
  const onSettled = () => queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey });
  return {
    invite: useMutation({
      mutationFn: async (body: { email: string; role: Role }) => (await api.POST('/invitations', { body, params: key() })).data!,
      onSettled,
    }),
    resend: useMutation({
      mutationFn: async (id: string) => (await api.POST('/invitations/{id}/resend', { params: { path: { id }, ...key() } })).data!,
      onSettled,
    }),
    revoke: useMutation({
      mutationFn: (id: string) => api.DELETE('/invitations/{id}', { params: { path: { id } } }),
      onSettled,
    }),
  };
}

export function useStaffSteps(id: string) {
  const queryClient = useQueryClient();
  const onSettled = () => queryClient.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith('/staff') });
  const params = { path: { id } };
  return {
    change: useMutation({
      mutationFn: (body: { role?: Role; enabled?: boolean; available?: boolean; away_until?: string; working_hours?: Hours }) => api.PATCH('/staff/{id}', { params, body }),
      onSettled,
    }),
    resetFactor: useMutation({ mutationFn: () => api.DELETE('/staff/{id}/second-factor', { params }), onSettled }),
    offerReset: useMutation({ mutationFn: async () => (await api.POST('/staff/{id}/password-reset', { params })).data!.link ?? '' }),
  };
}

export function useTeamSteps() {
  const queryClient = useQueryClient();
  const onSettled = () => queryClient.invalidateQueries({ queryKey: teamsQuery.queryKey });
  return {
    save: useMutation({
      mutationFn: async ({ id, name, members }: { id?: string; name: string; members: string[] }) => {
        const body = { name, member_ids: members };
        if (id) await api.PATCH('/teams/{id}', { params: { path: { id } }, body });
        else await api.POST('/teams', { body });
      },
      onSettled,
    }),
    remove: useMutation({ mutationFn: (id: string) => api.DELETE('/teams/{id}', { params: { path: { id } } }), onSettled }),
  };
}

export function useRequireFactor() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (required: boolean) => api.PATCH('/account', { body: { require_second_factor: required } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
}

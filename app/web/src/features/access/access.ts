import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type Matrix = Schemas['AccessMatrix'];
export type Cell = Schemas['AccessCell'];
export type Channel = Schemas['AccessChannel'];
export type Loss = Schemas['AccessLoss'];
export type Role = Cell['role'];
export type Party = Cell['party'] | 'all_staff' | 'all_teams';

export const roles: Role[] = ['none', 'viewer', 'contributor', 'supervisor'];

/** What is changed: the role given to somebody, or by a switch, on a channel. */
export interface Place {
  channel: string;
  party: Party;
  /** Empty of a switch. */
  id: string;
}

export const accessQuery = queryOptions({
  queryKey: ['get', '/access'] as const,
  queryFn: async ({ signal }) => (await api.GET('/access', { signal })).data!,
});

/** The role that was given in a place by itself, whatever else speaks for somebody. */
export function givenAt(matrix: Matrix, { channel, party, id }: Place): Role {
  if (party === 'staff' || party === 'team') {
    return matrix.cells.find((c) => c.channel_id === channel && c.party === party && c.id === id)?.given ?? 'none';
  }
  return matrix.channels.find((c) => c.id === channel)?.[party] ?? 'none';
}

/** All that is given on a channel when one role is changed, as the server takes it. */
export function settingsWith(matrix: Matrix, place: Place, role: Role): Schemas['SetAccessInputBody'] {
  const channel = matrix.channels.find((c) => c.id === place.channel);
  const of = (party: Cell['party']) =>
    matrix.cells
      .filter((c) => c.channel_id === place.channel && c.party === party)
      .map((c) => ({ id: c.id, role: place.party === party && place.id === c.id ? role : c.given }))
      .filter((c) => c.role !== 'none');
  return {
    all_staff: place.party === 'all_staff' ? role : (channel?.all_staff ?? 'contributor'),
    all_teams: place.party === 'all_teams' ? role : (channel?.all_teams ?? 'none'),
    staff: of('staff').map((c) => ({ staff_id: c.id, role: c.role })),
    teams: of('team').map((c) => ({ team_id: c.id, role: c.role })),
  };
}

/** Asks what would come of a change, or makes it. */
export function useSetAccess() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ channel, body }: { channel: string; body: Schemas['SetAccessInputBody'] }) =>
      (await api.PUT('/channels/{id}/access', { params: { path: { id: channel } }, body })).data!,
    onSuccess: (_, { body }) => (body.try ? undefined : queryClient.invalidateQueries({ queryKey: accessQuery.queryKey })),
  });
}

import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, newKey, queries } from '@/api/client';
import type { components } from '@/api/schema';
import type { Page } from '@/api/types';

type Shown = components['schemas']['Channel'];
export type Usage = components['schemas']['ChannelUsage'];
export type Channel = Omit<Shown, 'reason' | 'usage' | 'paused_until'> & {
  reason: Shown['reason'] | null;
  usage: Usage | null;
  paused_until: string | null;
};
export type ChannelChange = components['schemas']['ChangeChannelInputBody'];
export type ChannelSettings = components['schemas']['ChannelSettings'];
export type Kind = components['schemas']['Kind'];
export type KindSetting = components['schemas']['KindSetting'];

/** The account's channels. There are few: one page holds them. */
export const channelsQuery = queryOptions({
  queryKey: ['get', '/channels'] as const,
  queryFn: async ({ signal }) => (await api.GET('/channels', { params: { query: { limit: 200 } }, signal })).data as Page<Channel>,
});

/** What there is to know of the program: in the sandbox, where the phone is. */
export const installationQuery = queries.queryOptions('get', '/installation');

/** Whether somebody should look after a channel. */
export function needsAttention(c: Channel): boolean {
  return c.state === 'reconnect' || c.health.findings.some((f) => f.level === 'error');
}

/** The name that people here know a channel by. */
export function titleOf(c: Channel): string {
  return c.display_name || c.name;
}

export function channelQuery(id: string) {
  const params = { path: { id } };
  return queryOptions({
    queryKey: ['get', '/channels/{id}', { params }] as const,
    queryFn: async ({ signal }) => (await api.GET('/channels/{id}', { params, signal })).data as Channel,
  });
}

/** What kinds of channel there are: it changes with the program, and with what the account has switched off. */
export const kindsQuery = queries.queryOptions('get', '/channel-kinds');

/** What the kind of a channel can do, with its limits. */
export function useCapabilities(channelId: string | null) {
  const { data: channels } = useQuery(channelsQuery);
  const { data: kinds } = useQuery(kindsQuery);
  const kind = channels?.items.find((c) => c.id === channelId)?.kind;
  return kinds?.items.find((k) => k.kind === kind)?.capabilities;
}

/** Names of kinds, which are the same in every language. */
export function useKindNames() {
  const { data } = useQuery(kindsQuery);
  return (kind: string) => data?.items.find((k) => k.kind === kind)?.name ?? kind;
}

export function useChannelSteps(id: string) {
  const queryClient = useQueryClient();
  const params = { path: { id } };
  const again = { ...params, header: { 'Idempotency-Key': newKey() } };
  const onSuccess = (c: Channel | undefined) => c && queryClient.setQueryData(channelQuery(id).queryKey, c);
  const onSettled = () => queryClient.invalidateQueries({ queryKey: channelsQuery.queryKey });
  const refreshHeld = () => {
    void queryClient.invalidateQueries({ queryKey: channelQuery(id).queryKey });
    return onSettled();
  };
  return {
    change: useMutation({
      mutationFn: async (body: ChannelChange) => (await api.PATCH('/channels/{id}', { params, body })).data as Channel,
      onSuccess,
      onSettled,
    }),
    check: useMutation({
      mutationFn: async () => (await api.POST('/channels/{id}/check', { params: again })).data as Channel,
      onSuccess,
      onSettled,
    }),
    importHeld: useMutation({
      mutationFn: async () => (await api.POST('/channels/{id}/held/import', { params: again })).data!.count,
      onSettled: refreshHeld,
    }),
    declineHeld: useMutation({
      mutationFn: async () => (await api.POST('/channels/{id}/held/decline', { params: again })).data!.count,
      onSettled: refreshHeld,
    }),
    remove: useMutation({ mutationFn: () => api.DELETE('/channels/{id}', { params }), onSettled }),
  };
}

/** The switches above the channels': of the whole account, and of a kind. */
export function useSwitches() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: { enabled?: boolean; paused_kinds?: string[] }) => (await api.PATCH('/account', { body })).data!,
    onSettled: () => {
      for (const key of [accountQuery.queryKey, kindsQuery.queryKey, channelsQuery.queryKey]) void queryClient.invalidateQueries({ queryKey: key });
    },
  });
}

export const accountQuery = queries.queryOptions('get', '/account');

/** How complete what came by itself was, day by day. */
export function completenessQuery(id: string) {
  return queries.queryOptions('get', '/channels/{id}/reconciliation', { params: { path: { id } } });
}

export function useConnect() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: { kind: string; external_id: string; access_token: string }) =>
      (await api.POST('/channels', { body })).data as Channel,
    onSettled: () => queryClient.invalidateQueries({ queryKey: channelsQuery.queryKey }),
  });
}

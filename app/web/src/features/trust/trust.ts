import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useMutation, useQueryClient, type InfiniteData, type QueryKey } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, newKey, queries } from '@/api/client';
import type { components } from '@/api/schema';
import { serverNow } from '@/api/clock';
import type { DeliveryError, Page } from '@/api/types';
import { channelsQuery } from '@/features/channels/channels';

import type { AuditSearch, DeliverySearch, EventSearch, Span } from './search';

type Schemas = components['schemas'];
export type Message = Omit<Schemas['Message'], 'error' | 'waits' | 'task'> & {
  error: DeliveryError | null;
  waits: Schemas['Waits'] | null;
  task: Schemas['TaskName'] | null;
};
export type VaultEvent = Omit<Schemas['Event'], 'task_id' | 'comment_id' | 'contact_id'> & {
  task_id: string | null;
  comment_id: string | null;
  contact_id: string | null;
};
export type WholeEvent = VaultEvent & Pick<Schemas['WholeEvent'], 'envelope' | 'raw' | 'raw_base64' | 'raw_expired_at'>;
export type Replay = Omit<Schemas['Replay'], 'of' | 'ended_at'> & {
  of: Omit<Schemas['ReplayFilter'], 'channel_id' | 'replay_id'> & { channel_id: string | null; replay_id: string | null };
  ended_at: string | null;
};
export type AuditEntry = Schemas['AuditEntry'];
export type Health = Schemas['InstallationHealth'];
export type Day = Schemas['ReconciliationDay'];

const hour = 3_600_000;
const lengths = { day: 24 * hour, week: 7 * 24 * hour, month: 30 * 24 * hour };

/** The first and the last moment of a span. It goes by whole hours, so that what is shown is not asked for anew all the time. */
export function bounds({ since, from, to }: Span): { from?: string; to?: string } {
  if (since === 'all') return {};
  if (since === 'dates') {
    return {
      from: from ? new Date(`${from}T00:00:00`).toISOString() : undefined,
      to: to ? new Date(new Date(`${to}T00:00:00`).setDate(new Date(`${to}T00:00:00`).getDate() + 1)).toISOString() : undefined,
    };
  }
  const now = Math.floor(serverNow() / hour) * hour;
  return { from: new Date(now - lengths[since ?? 'week']).toISOString() };
}

function messageFilter(s: DeliverySearch) {
  return { channel_id: s.channel, reason: s.reason, ...bounds(s) };
}

/** How many messages are in which state, whatever state is looked at. */
export const reportQuery = (s: DeliverySearch) =>
  queries.queryOptions('get', '/delivery-report', { params: { query: { ...messageFilter({ ...s, reason: undefined }), whole: true } } });

/** The rows of a list, page by page. */
function pages<T>(key: readonly unknown[], load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => load(pageParam || undefined, signal),
    initialPageParam: '',
    getNextPageParam: (last: Page<T>) => last.next_cursor || undefined,
  });
}

function useRows<T>(options: ReturnType<typeof pages<T>>) {
  const query = useInfiniteQuery(options);
  const rows = useMemo(() => (query.data as InfiniteData<Page<T>> | undefined)?.pages.flatMap((p) => p.items) ?? [], [query.data]);
  return { ...query, rows };
}

export function useMessages(s: DeliverySearch) {
  const query = { ...messageFilter(s), state: s.state, limit: 50 };
  return useRows(
    pages<Message>(['get', '/messages', { params: { query }, list: true }], async (cursor, signal) =>
      (await api.GET('/messages', { params: { query: { ...query, cursor } }, signal })).data as unknown as Page<Message>,
    ),
  );
}

export const messageQuery = (id: string) => queries.queryOptions('get', '/messages/{id}', { params: { path: { id } } });

function eventFilter(s: EventSearch) {
  return { state: s.state, channel_id: s.channel, type: s.type, reason: s.reason, replay_id: s.replay, ...bounds(s) };
}
export const eventCountsQuery = (s: EventSearch) => queries.queryOptions('get', '/events/counts', { params: { query: eventFilter(s) } });

export function useEvents(s: EventSearch) {
  const query = { ...eventFilter(s), limit: 50 };
  return useRows(
    pages<VaultEvent>(['get', '/events', { params: { query }, list: true }], async (cursor, signal) =>
      (await api.GET('/events', { params: { query: { ...query, cursor } }, signal })).data as Page<VaultEvent>,
    ),
  );
}
export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ['get', '/events/{id}', { params: { path: { id } } }] as const,
    queryFn: async ({ signal }) => (await api.GET('/events/{id}', { params: { path: { id } }, signal })).data as WholeEvent,
  });

function auditFilter(s: AuditSearch) {
  return { actor_id: s.person, action: s.action, object_type: s.object, object_id: s.id, ...bounds(s) };
}
export function useAudit(s: AuditSearch) {
  const query = { ...auditFilter(s), limit: 50 };
  return useRows(
    pages<AuditEntry>(['get', '/audit', { params: { query }, list: true }], async (cursor, signal) =>
      (await api.GET('/audit', { params: { query: { ...query, cursor } }, signal })).data as Page<AuditEntry>,
    ),
  );
}
export const actionsQuery = queries.queryOptions('get', '/audit/actions');

/** The address of a file of what a list shows. */
export function fileAddress(path: string, filter: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(filter)) if (value) query.set(key, value);
  return `/api/v1${path}?${query}`;
}
export const deliveryFile = (s: DeliverySearch) => fileAddress('/delivery-report.csv', { ...messageFilter(s), state: s.state });
export const auditFile = (s: AuditSearch, as: 'csv' | 'ndjson') => fileAddress(`/audit.${as}`, auditFilter(s));

export const healthQuery = queries.queryOptions('get', '/installation/health');
export const ledgerQuery = (id: string) => queries.queryOptions('get', '/channels/{id}/reconciliation', { params: { path: { id } } });
export const kitQuery = (kind: string) => queries.queryOptions('get', '/channel-kinds/{kind}/review', { params: { path: { kind } } });

const once = () => ({ header: { 'Idempotency-Key': newKey() } });
const at = (id: string) => ({ params: { path: { id }, ...once() } });

/** What can be done with messages that did not go. */
export function useMessageSteps() {
  const queryClient = useQueryClient();
  const onSettled = () =>
    queryClient.invalidateQueries({ predicate: ({ queryKey }) => typeof queryKey[1] === 'string' && /^\/(messages|delivery-report)/.test(queryKey[1]) });
  return {
    retry: useMutation({ mutationFn: (id: string) => api.POST('/messages/{id}/retry', at(id)), onSettled }),
    cancel: useMutation({ mutationFn: (id: string) => api.POST('/messages/{id}/cancel', at(id)), onSettled }),
    settle: useMutation({
      mutationFn: ({ id, outcome }: { id: string; outcome: 'sent' | 'not_sent' }) => api.POST('/messages/{id}/settle', { ...at(id), body: { outcome } }),
      onSettled,
    }),
    leave: useMutation({
      /** Leaves messages alone, or takes them up again. */
      mutationFn: async ({ ids, leave }: { ids: string[]; leave: boolean }) =>
        (await api.POST(leave ? '/messages/leave' : '/messages/take-up', { params: once(), body: { ids } })).data!,
      onSettled,
    }),
    retryMany: useMutation({
      /** Tries all that a filter picks, 500 at a time, and says how many there were. */
      mutationFn: async ({ search, ids, told }: { search: DeliverySearch; ids?: string[]; told: (n: number) => void }) => {
        const { state } = search;
        const body = ids ? { ids } : { ...messageFilter(search), state: state === 'failed' || state === 'refused' ? state : undefined };
        let count = 0;
        for (;;) {
          const got = (await api.POST('/messages/retry', { params: once(), body })).data!;
          told((count += got.count));
          if (!got.more || got.count === 0) return { count, skipped: got.skipped.length };
        }
      },
      onSettled,
    }),
  };
}

/** Whether a replay goes on. */
export const isGoing = (r: Replay) => r.state === 'running' || r.state === 'stopping';

/** The replays, the newest first. While one goes on they are asked for even if nobody tells of it. */
export const replaysQuery = queryOptions({
  queryKey: ['get', '/events/replays', { params: { query: { limit: 10 } } }] as const,
  queryFn: async ({ signal }) => (await api.GET('/events/replays', { params: { query: { limit: 10 } }, signal })).data as Page<Replay>,
  refetchInterval: ({ state }) => (state.data?.items.some(isGoing) ? 2000 : false),
});

const ofEvents = { predicate: ({ queryKey }: { queryKey: QueryKey }) => typeof queryKey[1] === 'string' && queryKey[1].startsWith('/events') };

export function useStopReplay() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.POST('/events/replays/{id}/stop', at(id)),
    onSettled: () => queryClient.invalidateQueries(ofEvents),
  });
}

/** Has events processed again. */
export function useReplay() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ search, ids }: { search: EventSearch; ids?: string[] }) => {
      const { state, ...rest } = eventFilter(search);
      const known = state === 'failed' || state === 'ignored' || state === 'processed' ? state : undefined;
      return (await api.POST('/events/replay', { params: once(), body: ids ? { ids } : { ...rest, state: known } })).data!.count;
    },
    onSettled: () => queryClient.invalidateQueries(ofEvents),
  });
}

export function useCheckInstallation() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async () => (await api.POST('/installation/check', { params: once() })).data as Health,
    onSuccess: (health) => queryClient.setQueryData(healthQuery.queryKey, health),
  });
}

/** Checks channels one after the other; the platform is asked about each, and what can be mended is. */
export function useCheckChannels() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (ids: string[]) => {
      for (const id of ids) await api.POST('/channels/{id}/check', at(id));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: channelsQuery.queryKey }),
  });
}

/** Takes the browser to the platform, to connect again. */
export function useReconnect() {
  return useMutation({
    mutationFn: async (kind: string) =>
      (await api.POST('/channels/connect/{kind}', { params: { path: { kind }, ...once() }, body: { return_to: '/channels' } })).data!.url,
    onSuccess: (url) => window.location.assign(url),
  });
}

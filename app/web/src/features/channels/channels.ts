import { queryOptions } from '@tanstack/react-query';
import { api, queries } from '@/api/client';
import type { components } from '@/api/schema';
import type { Page } from '@/api/types';

export type Channel = components['schemas']['Channel'];

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

import { queries } from '@/api/client';
import type { components } from '@/api/schema';

export type Channel = components['schemas']['Channel'];

/** The account's channels. There are few: one page holds them. */
export const channelsQuery = queries.queryOptions('get', '/channels', { params: { query: { limit: 200 } } });

/** Whether somebody should look after a channel. */
export function needsAttention(c: Channel): boolean {
  return c.state === 'reconnect';
}

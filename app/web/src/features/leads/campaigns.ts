import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import { serverNow } from '@/api/clock';
import type { components } from '@/api/schema';
import { span } from '@/i18n/format';

export type Served = Omit<components['schemas']['LeadServed'], 'median_seconds'> & { median_seconds: number | null };
export type Figures = Omit<components['schemas']['LeadFigures'], 'all' | 'items'> & { all: Served; items: Served[] };

export const ways = ['campaign', 'ad_set', 'ad', 'form'] as const;
export const kinds = ['lead', 'message'] as const;
export const spans = [7, 30, 90, 365] as const;

/** Which leads are counted, and by what they are put together. */
export interface CampaignSearch {
  by?: (typeof ways)[number];
  kind?: (typeof kinds)[number];
  days?: (typeof spans)[number];
  channel?: string;
}

export function readCampaignSearch(raw: Record<string, unknown>): CampaignSearch {
  const by = ways.find((w) => w === raw.by);
  const days = spans.find((d) => d === Number(raw.days));
  const kind = kinds.find((k) => k === raw.kind);
  return {
    ...(kind ? { kind } : {}),
    by: by === 'campaign' ? undefined : by,
    days: days === 30 ? undefined : days,
    channel: typeof raw.channel === 'string' && raw.channel !== '' ? raw.channel : undefined,
  };
}

const day = 86_400_000;

function queryOf({ by = 'campaign', kind, days = 30, channel }: CampaignSearch) {
  return {
    by,
    from: new Date(serverNow() - days * day).toISOString(),
    ...(kind && by !== 'form' ? { kind } : {}),
    ...(channel ? { channel_id: channel } : {}),
  };
}

export function figuresQuery(search: CampaignSearch) {
  return queryOptions({
    queryKey: ['get', '/lead-figures', search] as const,
    queryFn: async ({ signal }) => (await api.GET('/lead-figures', { params: { query: queryOf(search) }, signal })).data as Figures,
    placeholderData: keepPreviousData,
  });
}

/** Where the same figures are as a table. */
export function tableOf(search: CampaignSearch): string {
  return `/api/v1/lead-figures.csv?${new URLSearchParams(queryOf(search)).toString()}`;
}

/** How many came, leads or people who write. */
export function came(s: Served): number {
  return s.leads + s.conversations;
}

/** A part of a whole in percent, as people say it; empty when there is no whole. */
export function share(part: number, whole: number): string {
  return whole === 0 ? '' : `${Math.round((part / whole) * 100)} %`;
}

/** How long it took, in the largest unit. */
export function wait(seconds: number | null): string {
  return seconds === null ? '–' : span(seconds * 1000);
}

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { components } from '@/api/schema';

export type Report = components['schemas']['Report'];
export type Group = components['schemas']['ReportGroup'];
export type Spread = components['schemas']['ReportSpread'];

export const dimensions = ['channel', 'template', 'topic', 'tag', 'team', 'staff'] as const;
export type Dimension = (typeof dimensions)[number];
export const spans = [7, 30, 90, 365] as const;

/** What is reported on, as it stands in the address. */
export interface ReportSearch {
  days?: number;
  from?: string;
  to?: string;
  by?: Dimension;
  channel?: string;
  /** Whether times are those in which the account works. */
  working?: true;
}

const day = /^\d{4}-\d\d-\d\d$/;

export function readReportSearch(raw: Record<string, unknown>): ReportSearch {
  const text = (key: string) => (typeof raw[key] === 'string' && raw[key] !== '' ? raw[key] : undefined);
  const date = (key: string) => (day.test(text(key) ?? '') ? text(key) : undefined);
  const [from, to] = [date('from'), date('to')];
  return {
    days: !(from && to) && spans.includes(raw.days as 7) ? (raw.days as number) : undefined,
    ...(from && to && { from, to }),
    by: dimensions.find((d) => d === raw.by),
    channel: text('channel'),
    working: raw.working === true || undefined,
  };
}

function asked({ from, to, days, by, channel, working }: ReportSearch) {
  return { ...(from && to ? { from, to } : { days: days ?? 30 }), by: by ?? 'channel', channel_id: channel, working_hours: working };
}

export function reportQuery(search: ReportSearch) {
  const params = { query: asked(search) };
  return queryOptions({
    queryKey: ['get', '/reports', { params }] as const,
    queryFn: async ({ signal }) => (await api.GET('/reports', { params, signal })).data as Report,
    placeholderData: keepPreviousData,
    staleTime: 60_000, // it is looked at, not worked with
  });
}

export function tableAddress(search: ReportSearch): string {
  const query = new URLSearchParams(Object.entries(asked(search)).filter((x) => x[1] !== undefined).map(([k, v]) => [k, String(v)]));
  return `/api/v1/reports.csv?${query.toString()}`;
}

import type { components } from '@/api/schema';
import type { DeliveryState } from '@/api/types';

export type EventState = components['schemas']['Event']['state'];

/** A span of time, as it stands in the address; nothing is the last seven days. */
export type Since = 'day' | 'month' | 'all' | 'dates';
export interface Span {
  since?: Since;
  from?: string;
  to?: string;
}

const sinces = new Set<unknown>(['day', 'month', 'all', 'dates']);
const isDate = (v: unknown): v is string => typeof v === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(v) && !Number.isNaN(Date.parse(v));

/** Reads texts and the span of an address; what makes no sense there is left out. */
function readSearch<K extends string>(raw: Record<string, unknown>, keys: readonly K[]): Partial<Record<K, string>> & Span {
  const search: Record<string, string> = {};
  for (const key of keys) if (typeof raw[key] === 'string' && raw[key]) search[key] = raw[key];
  if (sinces.has(raw.since)) search.since = raw.since as Since;
  if (isDate(raw.from)) search.from = raw.from;
  if (isDate(raw.to)) search.to = raw.to;
  return search as Partial<Record<K, string>> & Span;
}

const states = new Set<unknown>(['queued', 'sending', 'sent', 'delivered', 'read', 'unconfirmed', 'failed', 'refused', 'cancelled']);
export type DeliverySearch = Span & { state?: DeliveryState; channel?: string; reason?: string };
export function readDeliverySearch(raw: Record<string, unknown>): DeliverySearch {
  const search: DeliverySearch = readSearch(raw, ['channel', 'reason']);
  if (states.has(raw.state)) search.state = raw.state as DeliveryState;
  return search;
}

export const eventStates: EventState[] = ['processed', 'ignored', 'failed', 'held', 'waiting', 'received'];
export type EventSearch = Span & { state?: EventState; channel?: string; type?: string; reason?: string; event?: string; replay?: string };
export function readEventSearch(raw: Record<string, unknown>): EventSearch {
  const search: EventSearch = readSearch(raw, ['channel', 'type', 'reason', 'event', 'replay']);
  if (eventStates.includes(raw.state as EventState)) search.state = raw.state as EventState;
  return search;
}

export type AuditSearch = Span & { person?: string; action?: string; object?: string; id?: string };
export function readAuditSearch(raw: Record<string, unknown>): AuditSearch {
  return readSearch(raw, ['person', 'action', 'object', 'id']);
}

export const readChannelSearch = (raw: Record<string, unknown>) => readSearch(raw, ['channel']) as { channel?: string };

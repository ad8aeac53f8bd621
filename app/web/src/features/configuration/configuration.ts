import { useMutation } from '@tanstack/react-query';
import { api, newKey } from '@/api/client';
import type { components } from '@/api/schema';
import { asApiError } from '@/api/problem';

export type Plan = components['schemas']['ConfigurationPlan'];
export type Change = components['schemas']['ConfigurationChange'];
export type Section = (typeof sections)[number];

/** The parts of a configuration, in the order in which a plan speaks of them. */
export const sections = [
  'account',
  'teams',
  'contact_groups',
  'status_sets',
  'object_templates',
  'contact_templates',
  'tags',
  'topics',
  'saved_reply_categories',
  'saved_replies',
  'channels',
  'task_views',
] as const;

/** A wrong place of a text, by its line; 0 where it is about the text as a whole. */
export interface Wrong {
  line: number;
  message: string;
  place: string;
}

/** What is wrong with a text, from the top to the bottom; nothing when the failure is of another kind. */
export function wrongPlaces(thrown: unknown): Wrong[] {
  const prefix = 'body.document';
  return asApiError(thrown)
    .faults.filter((f) => f.location.startsWith(prefix))
    .map((f) => ({ line: f.line ?? 0, message: f.message, place: f.location.slice(prefix.length).replace(/^\./, '') }))
    .toSorted((a, b) => a.line - b.line);
}

const key = () => ({ header: { 'Idempotency-Key': newKey() } });

/** Finding out what a text would do, and doing it: with the plan's hash, so that only what was shown is done. */
export function useConfigurationSteps() {
  return {
    plan: useMutation({
      mutationFn: async (document: string) => (await api.POST('/configuration/plan', { body: { document } })).data as Plan,
    }),
    apply: useMutation({
      mutationFn: async (body: { document: string; hash: string }) =>
        (await api.POST('/configuration/apply', { params: key(), body })).data as Plan,
    }),
  };
}

/** How many things are made, changed and deleted. */
export function countOf({ changes }: Plan) {
  const count = { created: 0, changed: 0, deleted: 0 };
  for (const change of changes) count[change.action] += 1;
  return count;
}

/** Where a line of a text begins. */
export function startOfLine(text: string, line: number): number {
  let at = 0;
  for (let n = 1; n < line; n += 1) {
    const next = text.indexOf('\n', at);
    if (next < 0) return at;
    at = next + 1;
  }
  return at;
}

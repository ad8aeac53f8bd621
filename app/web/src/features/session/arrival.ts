import type { QueryClient } from '@tanstack/react-query';
import { waysQuery } from './ways';

/** What can have gone wrong with a single sign-on, as the address says it. */
const problems = ['declined', 'domain', 'refused', 'state', 'unknown', 'unreachable', 'unverified', 'other'] as const;
export type Problem = (typeof problems)[number];

export function problemOf(code: string): Problem {
  return problems.find((p) => code === `sso.${p}` || code === p) ?? 'other';
}

/** How one gets in; nothing when the server cannot be asked, which the screens say by themselves. */
export function waysIn(queryClient: QueryClient) {
  return queryClient.ensureQueryData(waysQuery).catch(() => null);
}

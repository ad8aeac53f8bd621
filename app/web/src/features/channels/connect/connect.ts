import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, newKey, queries } from '@/api/client';
import type { components } from '@/api/schema';
import type { Page } from '@/api/types';
import { channelsQuery } from '../channels';

export type Terms = Omit<components['schemas']['Terms'], 'accepted'> & { accepted: components['schemas']['TermsAccepted'] | null };
export type Connection = components['schemas']['Connection'];
export type ConnectionPages = components['schemas']['ConnectionPages'];
export type ConnectionPage = components['schemas']['ConnectionPage'];
export type Advice = components['schemas']['Advice'];
export type Outcome = components['schemas']['PageOutcome'];

/** What the address of the wizard says: where a login has led. */
export interface ConnectSearch {
  connection?: string;
  connect_error?: string;
}

const word = (x: unknown) => (typeof x === 'string' && x !== '' ? x : undefined);

export function readConnectSearch(raw: Record<string, unknown>): ConnectSearch {
  return { connection: word(raw.connection), connect_error: word(raw.connect_error) };
}

export const termsQuery = queryOptions({
  queryKey: ['get', '/account/terms'] as const,
  queryFn: async ({ signal }) => (await api.GET('/account/terms', { signal })).data as Terms,
});

/** Logins at platforms from which pages can be chosen, the newest first. */
export const connectionsQuery = queryOptions({
  queryKey: ['get', '/channels/connections'] as const,
  queryFn: async ({ signal }) => (await api.GET('/channels/connections', { params: { query: { limit: 50 } }, signal })).data as Page<Connection>,
});

export function connectionQuery(id: string) {
  return queries.queryOptions('get', '/channels/connections/{id}', { params: { path: { id } } });
}

const key = () => ({ header: { 'Idempotency-Key': newKey() } });

/** Where the login leads back to. */
const back = '/channels/connect';

export function useConnectSteps() {
  const queryClient = useQueryClient();
  const put = (c: ConnectionPages) => queryClient.setQueryData(connectionQuery(c.id).queryKey, c);
  return {
    accept: useMutation({
      mutationFn: async (version: string) => (await api.POST('/account/terms', { body: { version }, params: key() })).data as Terms,
      onSuccess: (terms) => queryClient.setQueryData(termsQuery.queryKey, terms),
    }),
    begin: useMutation({
      mutationFn: async (kind: string) =>
        (await api.POST('/channels/connect/{kind}', { params: { path: { kind }, ...key() }, body: { return_to: back } })).data!,
      onSuccess: ({ url }) => {
        rememberLogin();
        window.location.assign(url);
      },
    }),
    refresh: useMutation({
      mutationFn: async (id: string) => (await api.POST('/channels/connections/{id}/refresh', { params: { path: { id }, ...key() } })).data!,
      onSuccess: put,
    }),
    remove: useMutation({
      mutationFn: (id: string) => api.DELETE('/channels/connections/{id}', { params: { path: { id } } }),
      onSettled: () => queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey }),
    }),
  };
}

const atOnce = 4;

/** Connects pages, some at a time, and tells of each as soon as it is known what became of it. */
export function useConnectPages(connection: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ ids, tell }: { ids: string[]; tell: (id: string, outcome: Outcome | 'working') => void }) => {
      const waiting = [...ids];
      const outcomes: Outcome[] = [];
      const work = async () => {
        for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
          tell(id, 'working');
          const params = { path: { id: connection }, ...key() };
          const { data } = await api.POST('/channels/connections/{id}/pages', { params, body: { external_ids: [id] } });
          const outcome = data!.items[0]!;
          outcomes.push(outcome);
          tell(id, outcome);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      return outcomes;
    },
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: channelsQuery.queryKey });
      void queryClient.invalidateQueries({ queryKey: connectionQuery(connection).queryKey });
    },
  });
}

// Somebody who comes back from the platform by the browser's own button brings nothing: what is remembered of the login
// tells them what happened.
const begun = 'kontor.login-begun';

function rememberLogin() {
  sessionStorage.setItem(begun, 'yes');
}

export function forgetLogin() {
  sessionStorage.removeItem(begun);
}

export function loginWasBegun(): boolean {
  return sessionStorage.getItem(begun) !== null;
}

/** Whether a page can be chosen, and is worth choosing by "all". */
export function isChoosable(p: ConnectionPage): boolean {
  return p.can_connect;
}

/** What is most worth seeing comes first: what can be connected, then what somebody has to mend, then what is done. */
const order: Record<ConnectionPage['status'], number> = { reconnect: 0, available: 1, lacking: 2, taken: 3, connected: 4 };

/** The pages that are looked for; those that are being connected stay on top, whatever becomes of them. */
export function arranged(pages: ConnectionPage[], wanted: string, under?: ReadonlyMap<string, unknown>): ConnectionPage[] {
  const text = wanted.trim().toLocaleLowerCase();
  const rank = (p: ConnectionPage) => (under?.has(p.external_id) ? -1 : order[p.status]);
  return pages
    .filter((p) => p.name.toLocaleLowerCase().includes(text) || p.external_id.includes(text))
    .toSorted((a, b) => rank(a) - rank(b));
}

import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '@/api/client';
import { useMe } from '@/features/session/session';
import { listParams, type TaskSearch } from './search';
import { teamsQuery } from './tasks';
import { searchOf, viewsQuery } from './views';

/** As many lists as the server counts at once. */
const most = 60;

/** A list as the server is asked how many tasks it has: its parameters, written as a query. */
export function listOf(search: TaskSearch, more: { category?: string; unread?: string } = {}): string {
  const set = Object.entries({ ...listParams(search), ...more }).filter((x): x is [string, string] => x[1] !== undefined);
  return new URLSearchParams(set).toString();
}

/** How many tasks several lists have, in one question. */
export function talliesQuery(lists: string[]) {
  const of = [...new Set(lists)].slice(0, most);
  const params = { query: { of } };
  return queryOptions({
    queryKey: ['get', '/tasks/tallies', { params }] as const,
    queryFn: async ({ signal }) => {
      const { counts } = (await api.GET('/tasks/tallies', { params, signal })).data!;
      return Object.fromEntries(of.map((list, i) => [list, counts[i] ?? 0])) as Record<string, number>;
    },
  });
}

/** The unread ones of one's own. */
const unread = listOf({ who: 'mine' }, { unread: 'true' });

/**
 * How many tasks the lists have that one can go to: everybody's, one's own, those of one's teams, and the saved views.
 * Whoever asks for one of them asks for all, so that there is one request whatever is shown.
 */
export function useTallies() {
  const me = useMe();
  const { data: views } = useQuery(viewsQuery);
  const { data: teams } = useQuery(teamsQuery);
  const mine = teams?.items.filter((team) => team.member_ids.includes(me.id)) ?? [];
  const searches: TaskSearch[] = [
    {}, { who: 'mine' }, { who: 'unassigned' },
    ...mine.map((team) => ({ team: team.id })),
    ...(views?.items.map(searchOf) ?? []),
  ];
  const lists = [unread, ...searches.map(newOf)];
  const { data } = useQuery({ ...talliesQuery(lists), enabled: Boolean(views && teams), placeholderData: keepPreviousData });
  return { unread: data?.[unread], of: (search: TaskSearch) => data?.[newOf(search)] };
}

/** The new ones of a list. */
function newOf(search: TaskSearch): string {
  return listOf(search, { category: 'new' });
}

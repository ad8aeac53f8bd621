import { serverNow } from '@/api/clock';

/** What the list shows, as it stands in the address. What is left out is the default. */
export interface TaskSearch {
  /** New ones; all of them while something is looked for. */
  queue?: Queue;
  /** Everybody's. */
  who?: Who;
  /** Only what this contact wrote. */
  contact?: string;
  /** Words in the task, its comments or its contact; or the task's number. */
  q?: string;
  /** What a filter leaves. */
  channel?: string;
  team?: string;
  tag?: string;
  topic?: string;
  window?: Window;
  unread?: true;
  assignee?: string;
  template?: string;
  created?: Age;
  commented?: Age;
  sort?: Sort;
  /** The saved view that this is. */
  view?: string;
}

/** The last one is no status's: what is snoozed is in none of the others. */
export const queues = ['new', 'pending', 'resolved', 'snoozed'] as const;
export type Queue = (typeof queues)[number];

const whos = ['all', 'mine', 'unassigned'] as const;
export type Who = (typeof whos)[number];

export const windows = ['open', 'ending', 'closed'] as const;
export type Window = (typeof windows)[number];

/** How long something lies back: in whole days, so that the question stays the same all day. */
export const ages = ['today', 'week', 'month', 'older'] as const;
export type Age = (typeof ages)[number];

/** The order; the newest comment on top when it is left out. */
export const sorts = ['commented', 'newest', 'oldest'] as const;
export type Sort = (typeof sorts)[number];
const order = { commented: 'last_comment_at', newest: '-created_at', oldest: 'created_at' } as const;

/** The parts that a filter sets, in the order in which they are shown. */
export const filterKeys = ['assignee', 'channel', 'team', 'tag', 'topic', 'template', 'window', 'created', 'commented', 'unread', 'sort'] as const;
export type FilterKey = (typeof filterKeys)[number];

/** Whether something is looked for: then no queue is left out unless one is chosen. */
export function isNarrowed(search: TaskSearch): boolean {
  return Boolean(search.q || search.contact);
}

/** Whether a filter leaves something out. */
export function isFiltered(search: TaskSearch): boolean {
  return filterKeys.some((key) => search[key] !== undefined);
}

/** The queue that is shown; undefined for all of them. */
export function shownQueue(search: TaskSearch): Queue | undefined {
  return search.queue ?? (isNarrowed(search) ? undefined : 'new');
}

const id = (raw: unknown) => (typeof raw === 'string' && /^[0-9a-f-]{36}$/.test(raw) ? raw : undefined);
const word = (raw: unknown) => (typeof raw === 'string' || typeof raw === 'number' ? String(raw).trim() : '') || undefined;

/** Reads the address's part behind the question mark. Nonsense is left out. */
export function readTaskSearch(raw: Record<string, unknown>): TaskSearch {
  const narrow = { q: word(raw.q), contact: id(raw.contact) };
  const queue = queues.find((x) => x === raw.queue);
  const who = whos.find((x) => x === raw.who);
  const read: TaskSearch = {
    ...narrow,
    queue: queue && (queue !== 'new' || isNarrowed(narrow)) ? queue : undefined,
    who: who && who !== 'all' ? who : undefined,
    channel: id(raw.channel),
    team: id(raw.team),
    tag: word(raw.tag),
    topic: word(raw.topic),
    window: windows.find((x) => x === raw.window),
    unread: raw.unread === true || raw.unread === 'true' ? true : undefined,
    assignee: id(raw.assignee),
    template: id(raw.template),
    created: ages.find((x) => x === raw.created),
    commented: ages.find((x) => x === raw.commented),
    sort: sorts.find((x) => x === raw.sort),
    view: id(raw.view),
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}

/** From when to when something lies that is so old; by whole days of the one who looks. */
export function span(age: Age | undefined, now = serverNow()): { from?: string; to?: string } {
  if (!age) return {};
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  if (age !== 'today') day.setDate(day.getDate() - (age === 'week' ? 7 : 30));
  return { [age === 'older' ? 'to' : 'from']: day.toISOString() };
}

/** The list's parameters of the API, without its queue and its order. */
export function listParams(search: TaskSearch) {
  const { who, contact, q, channel, team, tag, topic, window, unread, assignee, template } = search;
  const [created, commented] = [span(search.created), span(search.commented)];
  return {
    created_from: created.from,
    created_to: created.to,
    commented_from: commented.from,
    commented_to: commented.to,
    template_id: template,
    assignee: assignee ?? (who === 'mine' ? 'me' : who === 'unassigned' ? 'none' : undefined),
    contact_id: contact,
    q,
    channel_id: channel,
    team,
    tag,
    topic,
    window,
    unread: unread ? ('true' as const) : undefined,
  };
}

/** The list's order, as the API names it. */
export function listSort(search: TaskSearch) {
  return search.sort && order[search.sort];
}

/** What a saved view keeps of what is shown, and back. */
export function viewFilter(search: TaskSearch): Record<string, string> {
  const { view: _, ...kept } = search;
  return Object.fromEntries(Object.entries(kept).map(([key, value]) => [key, String(value)]));
}

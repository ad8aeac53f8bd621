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

/** The parts that a filter sets, in the order in which they are shown. */
export const filterKeys = ['channel', 'team', 'tag', 'topic', 'window', 'unread'] as const;
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
    view: id(raw.view),
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}

/** The list's parameters of the API, without its queue. */
export function listParams(search: TaskSearch) {
  const { who, contact, q, channel, team, tag, topic, window, unread } = search;
  return {
    assignee: who === 'mine' ? 'me' : who === 'unassigned' ? 'none' : undefined,
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

/** What a saved view keeps of what is shown, and back. */
export function viewFilter(search: TaskSearch): Record<string, string> {
  const { view: _, ...kept } = search;
  return Object.fromEntries(Object.entries(kept).map(([key, value]) => [key, String(value)]));
}

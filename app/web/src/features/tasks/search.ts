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
}

/** The last one is no status's: what is snoozed is in none of the others. */
export const queues = ['new', 'pending', 'resolved', 'snoozed'] as const;
export type Queue = (typeof queues)[number];

const whos = ['all', 'mine', 'unassigned'] as const;
export type Who = (typeof whos)[number];

/** Whether something is looked for: then no queue is left out unless one is chosen. */
export function isNarrowed(search: TaskSearch): boolean {
  return Boolean(search.q || search.contact);
}

/** The queue that is shown; undefined for all of them. */
export function shownQueue(search: TaskSearch): Queue | undefined {
  return search.queue ?? (isNarrowed(search) ? undefined : 'new');
}

/** Reads the address's part behind the question mark. Nonsense is left out. */
export function readTaskSearch(raw: Record<string, unknown>): TaskSearch {
  const search: TaskSearch = {};
  const q = typeof raw.q === 'string' || typeof raw.q === 'number' ? String(raw.q).trim() : '';
  if (q) search.q = q;
  if (typeof raw.contact === 'string' && /^[0-9a-f-]{36}$/.test(raw.contact)) search.contact = raw.contact;
  const queue = queues.find((x) => x === raw.queue);
  if (queue && (queue !== 'new' || isNarrowed(search))) search.queue = queue;
  const who = whos.find((x) => x === raw.who);
  if (who && who !== 'all') search.who = who;
  return search;
}

/** What the list shows, as it stands in the address. What is left out is the default. */
export interface TaskSearch {
  queue?: Queue;
  who?: Who;
  /** Only what this contact wrote. */
  contact?: string;
}

export const queues = ['new', 'pending', 'resolved'] as const;
export type Queue = (typeof queues)[number];

const whos = ['all', 'mine', 'unassigned'] as const;
export type Who = (typeof whos)[number];

/** Reads the address's part behind the question mark. Nonsense is left out. */
export function readTaskSearch(raw: Record<string, unknown>): TaskSearch {
  const search: TaskSearch = {};
  const queue = queues.find((x) => x === raw.queue);
  const who = whos.find((x) => x === raw.who);
  if (queue && queue !== 'new') search.queue = queue;
  if (who && who !== 'all') search.who = who;
  if (typeof raw.contact === 'string' && /^[0-9a-f-]{36}$/.test(raw.contact)) search.contact = raw.contact;
  return search;
}

import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useMutation, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, newKey, queries } from '@/api/client';
import type { components } from '@/api/schema';
import type { Contact, Page } from '@/api/types';

type Schemas = components['schemas'];
export type ContactChange = Schemas['ChangeContactInputBody'];
export type ContactImport = Schemas['ContactImport'];
export type ContactNote = Schemas['ContactNote'];
export type ContactGroup = Schemas['ContactGroup'];
export type DuplicatePair = Schemas['DuplicatePair'];

/** What the list shows, as it stands in the address. */
export interface ContactSearch {
  q?: string;
  kind?: 'person' | 'company';
  group?: string;
  tag?: string;
  channel?: string;
  via?: string;
  company?: string;
  open?: true;
  sort?: ContactSort;
}

export const sorts = ['name', '-last_contact_at', '-created_at'] as const;
export type ContactSort = (typeof sorts)[number];
/** What is shown first when nobody says otherwise: whoever was written with last. */
export const usualSort: ContactSort = '-last_contact_at';

const texts = ['q', 'group', 'tag', 'channel', 'via', 'company'] as const;

/** Reads the address; what makes no sense there is left out. */
export function readContactSearch(raw: Record<string, unknown>): ContactSearch {
  const search: ContactSearch = {};
  for (const key of texts) if (typeof raw[key] === 'string' && raw[key]) search[key] = raw[key];
  if (raw.kind === 'person' || raw.kind === 'company') search.kind = raw.kind;
  if (raw.open === true) search.open = true;
  const sort = sorts.find((x) => x === raw.sort);
  if (sort && sort !== usualSort) search.sort = sort;
  return search;
}

function filterOf(s: ContactSearch) {
  return {
    q: s.q,
    kind: s.kind,
    group: s.group,
    tag: s.tag,
    channel_id: s.channel,
    channel_kind: s.via,
    company_id: s.company,
    open_task: s.open,
    sort: s.sort ?? usualSort,
  };
}

/** Where the table of what the list shows is. */
export function tableAddress(s: ContactSearch): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(filterOf(s))) if (value !== undefined) query.set(key, String(value));
  return `/api/v1/contacts.csv?${query}`;
}

export function contactsQuery(search: ContactSearch) {
  const query = { ...filterOf(search), limit: 100 };
  return infiniteQueryOptions({
    queryKey: ['get', '/contacts', { params: { query }, list: true }] as const,
    queryFn: async ({ pageParam, signal }) =>
      (await api.GET('/contacts', { params: { query: { ...query, cursor: pageParam || undefined } }, signal })).data as Page<Contact>,
    initialPageParam: '',
    getNextPageParam: (last: Page<Contact>) => last.next_cursor || undefined,
  });
}

export function useContacts(search: ContactSearch) {
  const query = useInfiniteQuery(contactsQuery(search));
  const contacts = useMemo(() => (query.data as InfiniteData<Page<Contact>> | undefined)?.pages.flatMap((p) => p.items) ?? [], [query.data]);
  return { ...query, contacts };
}

export const groupsQuery = queries.queryOptions('get', '/contact-groups');
export const contactTagsQuery = queries.queryOptions('get', '/contact-tags', { params: { query: { limit: 200 } } });
export const duplicatesQuery = queries.queryOptions('get', '/contacts/duplicates');
export const importsQuery = queries.queryOptions('get', '/contact-imports');

export function importQuery(id: string) {
  return queries.queryOptions('get', '/contact-imports/{id}', { params: { path: { id } } });
}
export function notesQuery(id: string) {
  return queries.queryOptions('get', '/contacts/{id}/notes', { params: { path: { id }, query: { limit: 100 } } });
}
export function mergersQuery(id: string) {
  return queries.queryOptions('get', '/contacts/{id}/mergers', { params: { path: { id } } });
}
export function membersQuery(id: string) {
  return queries.queryOptions('get', '/contacts', { params: { query: { company_id: id, limit: 200 } } });
}
export function tasksOfQuery(id: string) {
  return queries.queryOptions('get', '/tasks', { params: { query: { contact_id: id, limit: 100 } } });
}
export function timelineQuery(id: string) {
  return queries.queryOptions('get', '/contacts/{id}/comments', { params: { path: { id }, query: { limit: 50 } } });
}
export function historyQuery(id: string) {
  return queries.queryOptions('get', '/audit', { params: { query: { object_type: 'contact', object_id: id, limit: 50 } } });
}
export function formQuery(id: string) {
  return queries.queryOptions('get', '/contact-templates/{id}', { params: { path: { id } } });
}
export const formsQuery = queries.queryOptions('get', '/contact-templates');

export function contactKey(id: string) {
  return ['get', '/contacts/{id}', { params: { path: { id } } }] as const;
}

/** Contacts that may be meant, while a name or an address is being typed. */
export function likeQuery(words: string) {
  return queryOptions({ ...queries.queryOptions('get', '/contacts', { params: { query: { q: words, limit: 5 } } }), enabled: words.trim().length > 2 });
}

function once() {
  return { header: { 'Idempotency-Key': newKey() } };
}

function at(id: string) {
  return { params: { path: { id }, ...once() } };
}

/** Everything that can be done with contacts; the lists follow. */
export function useContactSteps() {
  const queryClient = useQueryClient();
  const stale = () =>
    queryClient.invalidateQueries({ predicate: ({ queryKey }) => typeof queryKey[1] === 'string' && queryKey[1].startsWith('/contact') });
  const create = useMutation({
    mutationFn: async (body: Schemas['CreateContactInputBody']) => (await api.POST('/contacts', { params: once(), body })).data as Contact,
    onSettled: stale,
  });
  const change = useMutation({
    mutationFn: async ({ id, change: body }: { id: string; change: ContactChange }) =>
      (await api.PATCH('/contacts/{id}', { params: { path: { id } }, body })).data as Contact,
    onMutate: ({ id, change: body }) => {
      const before = queryClient.getQueryData<Contact>(contactKey(id));
      if (before) queryClient.setQueryData(contactKey(id), { ...before, ...body, fields: { ...before.fields, ...body.fields } });
      return before;
    },
    onSuccess: (c) => queryClient.setQueryData(contactKey(c.id), c),
    onError: (_err, { id }, before) => before && queryClient.setQueryData(contactKey(id), before),
    onSettled: stale,
  });
  const bulk = useMutation({
    mutationFn: (body: Schemas['BulkContactsInputBody']) => api.POST('/contacts/bulk', { params: once(), body }),
    onSettled: stale,
  });
  const merge = useMutation({
    mutationFn: ({ id, other, take }: { id: string; other: string; take: string[] }) =>
      api.POST('/contacts/{id}/merge', { ...at(id), body: { contact_id: other, take } }),
    onSettled: () => queryClient.invalidateQueries(),
  });
  const unmerge = useMutation({
    mutationFn: (id: string) => api.POST('/contacts/{id}/unmerge', at(id)),
    onSettled: () => queryClient.invalidateQueries(),
  });
  const dismiss = useMutation({
    mutationFn: (pair: DuplicatePair) =>
      api.POST('/contacts/duplicates/dismiss', { params: once(), body: { first_id: pair.first.id, second_id: pair.second.id } }),
    onSettled: stale,
  });
  const erase = useMutation({
    mutationFn: async ({ id, name }: { id: string; name: string }) => (await api.POST('/contacts/{id}/erase', { ...at(id), body: { name } })).data!,
    onSuccess: () => queryClient.invalidateQueries(),
  });
  const uploadTable = useMutation({
    mutationFn: async (file: File) => {
      const body = new FormData();
      body.append('file', file, file.name);
      // the document describes the form, the browser writes it
      return (await api.POST('/contact-imports', { params: once(), body: body as never, bodySerializer: (form) => form })).data!;
    },
    onSettled: stale,
  });
  const startImport = useMutation({
    mutationFn: async ({ id, mapping, existing }: { id: string; mapping: string[]; existing: ContactImport['existing'] }) =>
      (await api.POST('/contact-imports/{id}/start', { ...at(id), body: { mapping, existing } })).data!,
    onSettled: stale,
  });
  return { create, change, bulk, merge, unmerge, dismiss, erase, uploadTable, startImport };
}

/** What is written down about a contact. */
export function useNoteSteps(contactId: string) {
  const queryClient = useQueryClient();
  const { queryKey } = notesQuery(contactId);
  const onSettled = () => queryClient.invalidateQueries({ queryKey });
  const show = (change: (notes: ContactNote[]) => ContactNote[]) => {
    const before = queryClient.getQueryData<Page<ContactNote>>(queryKey);
    if (before) queryClient.setQueryData(queryKey, { ...before, items: change(before.items) });
    return { before };
  };
  const onError = (_err: unknown, _what: unknown, shown?: { before?: Page<ContactNote> }) =>
    shown?.before && queryClient.setQueryData(queryKey, shown.before);
  const add = useMutation({
    mutationFn: (text: string) => api.POST('/contacts/{id}/notes', { ...at(contactId), body: { text } }),
    onSettled,
  });
  const edit = useMutation({
    mutationFn: ({ id, text }: { id: string; text: string }) => api.PATCH('/contact-notes/{id}', { params: { path: { id } }, body: { text } }),
    onMutate: ({ id, text }) => show((notes) => notes.map((n) => (n.id === id ? { ...n, text } : n))),
    onError,
    onSettled,
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.DELETE('/contact-notes/{id}', { params: { path: { id } } }),
    onMutate: (id) => show((notes) => notes.filter((n) => n.id !== id)),
    onError,
    onSettled,
  });
  return { add, edit, remove };
}

/** Groups are made, renamed and taken away; their contacts follow. */
export function useGroupSteps() {
  const queryClient = useQueryClient();
  const onSettled = () =>
    queryClient.invalidateQueries({ predicate: ({ queryKey }) => typeof queryKey[1] === 'string' && queryKey[1].startsWith('/contact') });
  return {
    save: useMutation({
      mutationFn: ({ id, name }: { id?: string; name: string }) =>
        id
          ? api.PATCH('/contact-groups/{id}', { params: { path: { id } }, body: { name } })
          : api.POST('/contact-groups', { params: once(), body: { name } }),
      onSettled,
    }),
    remove: useMutation({ mutationFn: (id: string) => api.DELETE('/contact-groups/{id}', { params: { path: { id } } }), onSettled }),
  };
}

/** A number begins with its country's code, of one to three digits; which of them are that long is fixed for good. */
const international = /^\+(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})(\d+)$/;

/** A number to be read: the country's code, then groups of three. Where its area code ends only its country knows. */
export function shownPhone(number: string): string {
  const [, country, rest] = international.exec(number) ?? [];
  return country && rest ? `+${country} ${rest.replaceAll(/\d{3}(?=\d{2})/g, '$& ')}` : number;
}

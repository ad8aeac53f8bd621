import { keepPreviousData, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, newKey, queries } from '@/api/client';
import type { components } from '@/api/schema';
import type { Page } from '@/api/types';
import type { Field, Status } from '@/features/tasks/templates';

type Schemas = components['schemas'];

export type { Field, Status };
export type Defaults = Schemas['TemplatesDefaults'];
export type Mapping = Schemas['TemplatesMapping'];
export type ObjectTemplate = Schemas['WholeObjectTemplate'];
export type ContactTemplate = Schemas['WholeContactTemplate'];
export type AnyTemplate = ObjectTemplate | ContactTemplate;
export type Listed = Pick<ObjectTemplate, 'id' | 'name' | 'version' | 'standard' | 'updated_at'>;
export type Version = Omit<Schemas['TemplateVersion'], 'staff_id'> & { staff_id: string | null };
export type StatusSet = Schemas['StatusSet'];
export type Outcome = Schemas['PreviewOutcome'];
export type Previewed = Omit<Schemas['PreviewedEvent'], 'draft' | 'today' | 'event_id'> & {
  draft: Outcome | null;
  today: Outcome | null;
  event_id: string | null;
};
export type Preview = Omit<Schemas['Preview'], 'items'> & { items: Previewed[] };
export type Of = NonNullable<Schemas['PreviewObjectInputBody']['of']>;

/** What can be edited of an object template. */
export interface ObjectDraft {
  name: string;
  form: { fields: Field[] };
  status_set_id: string;
  defaults: Defaults;
}

/** What can be edited of a contact template. */
export interface ContactDraft {
  name: string;
  kind: ContactTemplate['kind'];
  form: { fields: Field[] };
  group: string;
  tags: string[];
  name_pattern: string;
  mapping: Mapping[];
}

export type AnyDraft = ObjectDraft | ContactDraft;
export type Sort = 'object' | 'contact';

export function objectDraft(o: Pick<ObjectTemplate, 'name' | 'form' | 'status_set_id' | 'defaults'>): ObjectDraft {
  return { name: o.name, form: { fields: o.form.fields ?? [] }, status_set_id: o.status_set_id ?? '', defaults: o.defaults };
}

export function contactDraft(c: Schemas['TemplatesContact']): ContactDraft {
  return {
    name: c.name,
    kind: c.kind,
    form: { fields: c.form.fields ?? [] },
    group: c.group ?? '',
    tags: c.tags ?? [],
    name_pattern: c.name_pattern ?? '',
    mapping: c.mapping ?? [],
  };
}

export const draftOf = (sort: Sort, x: AnyTemplate): AnyDraft =>
  sort === 'object' ? objectDraft(x as ObjectTemplate) : contactDraft(x as ContactTemplate);

const key = () => ({ 'Idempotency-Key': newKey() });
const at = (id: string) => ({ params: { path: { id } } });

/** The same calls for both sorts of template. */
const doors = {
  object: {
    path: '/object-templates/{id}',
    get: async (id: string) => (await api.GET('/object-templates/{id}', at(id))).data as AnyTemplate,
    create: async (body: AnyDraft) => (await api.POST('/object-templates', { params: { header: key() }, body: body as ObjectDraft })).data as AnyTemplate,
    change: async (id: string, body: AnyDraft, version: number) =>
      (await api.PATCH('/object-templates/{id}', { ...at(id), body: { ...(body as ObjectDraft), version } })).data as AnyTemplate,
    remove: async (id: string): Promise<unknown> => api.DELETE('/object-templates/{id}', at(id)),
    standard: async (id: string): Promise<unknown> => api.POST('/object-templates/{id}/standard', at(id)),
    revert: async (id: string, version: number) =>
      (await api.POST('/object-templates/{id}/revert', { ...at(id), body: { version } })).data as AnyTemplate,
    versions: async (id: string) =>
      (await api.GET('/object-templates/{id}/versions', { params: { path: { id }, query: { limit: 200 } } })).data as Page<Version>,
    version: async (id: string, version: number) =>
      objectDraft((await api.GET('/object-templates/{id}/versions/{version}', { params: { path: { id, version } } })).data!.definition) as AnyDraft,
    preview: async (id: string, body: PreviewAsked, draft: AnyDraft, signal: AbortSignal) =>
      (await api.POST('/object-templates/{id}/preview', { ...at(id), body: { ...body, draft: draft as ObjectDraft }, signal })).data as Preview,
  },
  contact: {
    path: '/contact-templates/{id}',
    get: async (id: string) => (await api.GET('/contact-templates/{id}', at(id))).data as AnyTemplate,
    create: async (body: AnyDraft) => (await api.POST('/contact-templates', { params: { header: key() }, body: body as ContactDraft })).data as AnyTemplate,
    change: async (id: string, body: AnyDraft, version: number) =>
      (await api.PATCH('/contact-templates/{id}', { ...at(id), body: { ...(body as ContactDraft), version } })).data as AnyTemplate,
    remove: async (id: string): Promise<unknown> => api.DELETE('/contact-templates/{id}', at(id)),
    standard: async (id: string): Promise<unknown> => api.POST('/contact-templates/{id}/standard', at(id)),
    revert: async (id: string, version: number) =>
      (await api.POST('/contact-templates/{id}/revert', { ...at(id), body: { version } })).data as AnyTemplate,
    versions: async (id: string) =>
      (await api.GET('/contact-templates/{id}/versions', { params: { path: { id }, query: { limit: 200 } } })).data as Page<Version>,
    version: async (id: string, version: number) =>
      contactDraft((await api.GET('/contact-templates/{id}/versions/{version}', { params: { path: { id, version } } })).data!.definition) as AnyDraft,
    preview: async (id: string, body: PreviewAsked, draft: AnyDraft, signal: AbortSignal) =>
      (await api.POST('/contact-templates/{id}/preview', { ...at(id), body: { ...body, draft: draft as ContactDraft }, signal })).data as Preview,
  },
} as const;

export interface PreviewAsked {
  channel_id: string;
  of?: Of;
  events: number;
}

export const listQueries = {
  object: queries.queryOptions('get', '/object-templates', { params: { query: { limit: 200 } } }),
  contact: queries.queryOptions('get', '/contact-templates', { params: { query: { limit: 200 } } }),
};

/** A template whole, with its use. */
export function wholeQuery(sort: Sort, id: string) {
  return queryOptions({ queryKey: ['get', doors[sort].path, { params: { path: { id } } }, 'whole'] as const, queryFn: () => doors[sort].get(id) });
}

export function versionsQuery(sort: Sort, id: string) {
  return queryOptions({ queryKey: ['get', `${doors[sort].path}/versions`, { params: { path: { id } } }] as const, queryFn: () => doors[sort].versions(id) });
}

/** A template as it was: that never changes. */
export function versionQuery(sort: Sort, id: string, version: number) {
  return queryOptions({
    queryKey: ['get', 'version', { params: { path: { id } } }, version] as const,
    queryFn: () => doors[sort].version(id, version),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What the newest events would become by a draft. A draft that cannot be saved is refused, and says where. */
export function usePreview(sort: Sort, id: string, asked: PreviewAsked, draft: AnyDraft) {
  return useQuery({
    queryKey: ['get', `${doors[sort].path}/preview`, { params: { path: { id } } }, asked, draft] as const,
    queryFn: ({ signal }) => doors[sort].preview(id, asked, draft, signal),
    enabled: asked.channel_id !== '',
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export const statusSetsQuery = queryOptions({
  queryKey: ['get', '/status-sets'] as const,
  queryFn: async ({ signal }) => (await api.GET('/status-sets', { params: { query: { limit: 200 } }, signal })).data as Page<StatusSet>,
});

export const variablesQuery = queries.queryOptions('get', '/template-variables');

/** What is wrong with a pattern, and what it comes to with examples. */
export function triedQuery(pattern: string) {
  return queryOptions({
    queryKey: ['get', 'tried', pattern] as const,
    queryFn: async ({ signal }) => (await api.POST('/patterns/try', { body: { pattern }, signal })).data!,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

function useAct<T, R>(act: (input: T) => Promise<R>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => queryClient.invalidateQueries({ predicate: ({ queryKey }) => /template|status-set/.test(String(queryKey[1])) }),
  });
}

export function useTemplateSteps(sort: Sort) {
  const door = doors[sort];
  return {
    create: useAct(door.create),
    change: useAct(({ id, draft, version }: { id: string; draft: AnyDraft; version: number }) => door.change(id, draft, version)),
    remove: useAct(door.remove),
    standard: useAct(door.standard),
    revert: useAct(({ id, version }: { id: string; version: number }) => door.revert(id, version)),
  };
}

export function useStatusSetSteps() {
  return {
    save: useAct(async ({ id, name, statuses }: { id?: string; name: string; statuses: Status[] }) => {
      const body = { name, statuses };
      return id
        ? (await api.PATCH('/status-sets/{id}', { ...at(id), body })).data!
        : (await api.POST('/status-sets', { params: { header: key() }, body })).data!;
    }),
    remove: useAct((id: string) => api.DELETE('/status-sets/{id}', at(id))),
  };
}

export type Week = Schemas['TemplateWeek'];
export type WeekHour = Schemas['WeekHour'];

/** Who gets what comes to a channel, hour by hour of the week, by a draft. */
export function weekQuery(id: string, channel: string, draft: ObjectDraft) {
  return queryOptions({
    queryKey: ['get', '/object-templates/{id}/week', { params: { path: { id } } }, channel, draft.defaults.assignees ?? []] as const,
    queryFn: async ({ signal }) => (await api.POST('/object-templates/{id}/week', { ...at(id), body: { channel_id: channel, draft: { defaults: draft.defaults } }, signal })).data!,
    enabled: channel !== '',
    placeholderData: keepPreviousData,
    retry: false,
  });
}

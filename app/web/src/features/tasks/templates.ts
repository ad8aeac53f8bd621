import { queryOptions } from '@tanstack/react-query';
import { api, queries } from '@/api/client';
import type { components } from '@/api/schema';

/** A field of a template's form, as templates/field.go has it. */
export type Field = components['schemas']['TemplatesField'];
export type Status = components['schemas']['TemplatesStatus'];

/** The statuses that a task can have, in their order. */
export function statusSetQuery(id: string) {
  const params = { path: { id } };
  return queryOptions({
    queryKey: ['get', '/status-sets/{id}', { params }] as const,
    queryFn: async ({ signal }) => (await api.GET('/status-sets/{id}', { params, signal })).data!.statuses,
  });
}

/** What a task was made from, with the form of its fields. */
export function templateQuery(id: string) {
  return queries.queryOptions('get', '/object-templates/{id}', { params: { path: { id } } });
}

/** What tasks can be made from. */
export const templatesQuery = queries.queryOptions('get', '/object-templates', { params: { query: { limit: 200 } } });

import { queryOptions } from '@tanstack/react-query';

/** A field of a template's form, as templates/field.go has it. */
export interface Field {
  key: string;
  label: string;
  type: string;
  required?: boolean;
  help?: string;
  choices?: { key: string; label: string }[];
  currency?: string;
}
export interface Status {
  key: string;
  name: string;
  category: 'new' | 'pending' | 'resolved';
  active: boolean;
  color?: string;
}

async function read<T>(path: string, signal: AbortSignal): Promise<T> {
  const r = await fetch(`/api/v1${path}`, { signal });
  if (!r.ok) throw new Error(String(r.status));
  return r.json() as Promise<T>;
}

export function statusSetQuery(id: string) {
  return queryOptions({
    queryKey: ['get', '/status-sets/{id}', { params: { path: { id } } }] as const,
    queryFn: async ({ signal }) => (await read<{ statuses: Status[] }>(`/status-sets/${id}`, signal)).statuses,
  });
}

export function formQuery(templateId: string) {
  return queryOptions({
    queryKey: ['get', '/object-templates/{id}', { params: { path: { id: templateId } } }] as const,
    queryFn: async ({ signal }) => (await read<{ name: string; form: { fields?: Field[] } }>(`/object-templates/${templateId}`, signal)),
  });
}

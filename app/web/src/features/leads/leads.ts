import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, newKey, queries } from '@/api/client';
import type { components } from '@/api/schema';
import type { Page } from '@/api/types';
import type { Field } from '@/features/tasks/templates';

type Shown = components['schemas']['LeadForm'];
export type LeadForm = Omit<Shown, 'backfill' | 'test_lead' | 'object_template_id' | 'contact_template_id'> & {
  backfill: Backfill | null;
  test_lead: TestLead | null;
  object_template_id: string | null;
  contact_template_id: string | null;
};
export type Backfill = Omit<components['schemas']['LeadBackfill'], 'problem'> & { problem: components['schemas']['LeadProblem'] | null };
export type TestLead = Omit<components['schemas']['TestLead'], 'made_at' | 'received_at' | 'task_id' | 'problem'> & {
  made_at: string | null;
  received_at: string | null;
  task_id: string | null;
  problem: components['schemas']['LeadProblem'] | null;
};
export type LeadQuestion = components['schemas']['LeadQuestion'];
export type LeadFormChange = components['schemas']['ChangeFormInputBody'];

/** Which channel's forms are looked at. */
export interface FormsSearch {
  channel?: string;
}

export function readFormsSearch(raw: Record<string, unknown>): FormsSearch {
  return { channel: typeof raw.channel === 'string' && raw.channel !== '' ? raw.channel : undefined };
}

const all = { limit: 200 } as const;

export function formsQuery(channel: string) {
  const params = { path: { id: channel }, query: all };
  return queryOptions({
    queryKey: ['get', '/channels/{id}/lead-forms', { params }] as const,
    queryFn: async ({ signal }) => (await api.GET('/channels/{id}/lead-forms', { params, signal })).data as Page<LeadForm>,
  });
}

export function formQuery(id: string) {
  const params = { path: { id } };
  return queryOptions({
    queryKey: ['get', '/lead-forms/{id}', { params }] as const,
    queryFn: async ({ signal }) => (await api.GET('/lead-forms/{id}', { params, signal })).data as LeadForm,
  });
}

export const contactTemplatesQuery = queries.queryOptions('get', '/contact-templates', { params: { query: all } });

export function useSync(channel: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async () =>
      (await api.POST('/channels/{id}/lead-forms/sync', { params: { path: { id: channel }, header: { 'Idempotency-Key': newKey() } } })).data as Page<LeadForm>,
    onSuccess: (page) => queryClient.setQueryData(formsQuery(channel).queryKey, page),
  });
}

export function useFormSteps(id: string) {
  const queryClient = useQueryClient();
  const onSuccess = (f: LeadForm) => {
    queryClient.setQueryData(formQuery(id).queryKey, f);
    void queryClient.invalidateQueries({ queryKey: ['get', '/channels/{id}/lead-forms'] });
  };
  const params = { path: { id } };
  const again = () => ({ ...params, header: { 'Idempotency-Key': newKey() } });
  return {
    change: useMutation({
      mutationFn: async (body: LeadFormChange) => (await api.PATCH('/lead-forms/{id}', { params, body })).data as LeadForm,
      onSuccess,
    }),
    backfill: useMutation({
      mutationFn: async (since?: string) =>
        (await api.POST('/lead-forms/{id}/backfill', { params: again(), body: since ? { since } : {} })).data as LeadForm,
      onSuccess,
    }),
    try: useMutation({
      mutationFn: async (anew: boolean) => (await api.POST('/lead-forms/{id}/test-lead', { params: again(), body: { anew } })).data as LeadForm,
      onSuccess,
    }),
  };
}

const steps = ['made', 'received', 'task'] as const;
export type TestStep = (typeof steps)[number];

/** The way of a test lead: each step with when it was reached, as far as that is known. */
export function wayOf(lead: TestLead): { step: TestStep; reached: boolean; at: string | null }[] {
  const reached = steps.indexOf(lead.state as TestStep);
  return steps.map((step, i) => ({ step, reached: i <= reached, at: step === 'made' ? lead.made_at : step === 'received' ? lead.received_at : null }));
}

/** When a test lead should have become a task; null where there is nothing to wait for. */
export function dueAt(lead: TestLead, patience = 10_000): string | null {
  const from = lead.received_at ?? lead.made_at;
  return from && lead.state !== 'task' ? new Date(Date.parse(from) + patience).toISOString() : null;
}

/** A place where an answer can go, in words. */
export interface Target {
  value: string;
  label: string;
}

/** The fields of forms that answers can go into. */
export function fieldTargets(prefix: 'contact:field:' | 'task:field:', fields: Field[] | undefined): Target[] {
  return (fields ?? []).map((f) => ({ value: prefix + f.key, label: f.label || f.key }));
}

export function isRunning(b: Backfill | null): boolean {
  return b?.state === 'reading' || b?.state === 'filling';
}

/** What is worth an admin's look comes first: forms that changed, then answers that go nowhere; what is gone comes last. */
export function byUrgency(forms: LeadForm[]): LeadForm[] {
  const rank = (f: LeadForm) => (f.gone_at ? 3 : f.drift ? 0 : f.unmapped > 0 ? 1 : 2);
  return forms.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

import { expect, test } from 'vitest';
import { byUrgency, dueAt, fieldTargets, readFormsSearch, wayOf, type LeadForm, type TestLead } from './leads';

const form = (name: string, more: Partial<LeadForm> = {}) => ({ name, drift: false, unmapped: 0, gone_at: null, ...more }) as LeadForm;

test('forms that need somebody come first, those that are gone last', () => {
  const forms = [form('Old', { gone_at: '2026-01-01T00:00:00Z', drift: true }), form('B'), form('A'), form('Open', { unmapped: 2 }), form('New', { drift: true })];
  expect(byUrgency(forms).map((f) => f.name)).toEqual(['New', 'Open', 'A', 'B', 'Old']);
});

test('fields are places for answers', () => {
  expect(fieldTargets('task:field:', [{ key: 'wish', label: 'Wish', type: 'text' }])).toEqual([{ value: 'task:field:wish', label: 'Wish' }]);
  expect(fieldTargets('contact:field:', undefined)).toEqual([]);
});

test('the address says whose forms', () => {
  expect(readFormsSearch({ channel: 'c1' })).toEqual({ channel: 'c1' });
  expect(readFormsSearch({ channel: 7 })).toEqual({ channel: undefined });
});

const lead = (more: Partial<TestLead>) => ({ state: 'making', made_at: null, received_at: null, task_id: null, ...more }) as TestLead;

test('the way of a test lead is told step by step, and what it waits for', () => {
  expect(wayOf(lead({})).map((s) => s.reached)).toEqual([false, false, false]);
  expect(dueAt(lead({}))).toBeNull();
  const made = lead({ state: 'made', made_at: '2026-01-01T10:00:00Z' });
  expect(wayOf(made)).toEqual([
    { step: 'made', reached: true, at: '2026-01-01T10:00:00Z' },
    { step: 'received', reached: false, at: null },
    { step: 'task', reached: false, at: null },
  ]);
  expect(dueAt(made)).toBe('2026-01-01T10:00:10.000Z');
  const done = lead({ ...made, state: 'task', received_at: '2026-01-01T10:00:01Z', task_id: 't1' });
  expect(wayOf(done).every((s) => s.reached)).toBe(true);
  expect(dueAt(done)).toBeNull();
});

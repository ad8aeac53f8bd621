import { expect, test } from 'vitest';
import type { Comment } from '@/api/types';
import { arrange, sideOf } from './arrange';

let n = 0;
function comment(minute: number, more: Partial<Comment> = {}): Comment {
  return {
    id: String(++n),
    visibility: 'public',
    author: { kind: 'contact', id: 'anna', name: 'Anna' },
    text: 'x',
    transport: 'messenger',
    history: false,
    occurred_at: new Date(2026, 10, 21, 12, minute).toISOString(),
    ...more,
  } as Comment;
}

test('names stand above where somebody begins to speak', () => {
  const staff = { author: { kind: 'staff', id: 'olivia', name: 'Olivia' } } as Partial<Comment>;
  const entries = arrange([
    comment(0),
    comment(1),
    comment(10), // after a pause
    comment(11, staff),
    comment(12, { ...staff, visibility: 'internal', transport: null }), // the same one, but not to the contact
    comment(60 * 13),
  ]);
  expect(entries.map((e) => e.head)).toEqual([true, false, true, true, true, true]);
  expect(entries.map((e) => e.newDay)).toEqual([true, false, false, false, false, true]);
});

test('the task begins after what came before it', () => {
  const entries = arrange([comment(0, { history: true }), comment(1, { history: true }), comment(2), comment(3)]);
  expect(entries.map((e) => e.taskBegins)).toEqual([false, false, true, false]);
  expect(arrange([comment(0)])[0]!.taskBegins).toBe(false);
});

function by(kind: string, visibility: string) {
  return sideOf(comment(0, { author: { kind, id: null, name: '' } as never, visibility } as never));
}

test('an internal note never stands where answers stand', () => {
  expect(by('contact', 'public')).toBe('theirs');
  expect(by('staff', 'public')).toBe('ours');
  expect(by('bot', 'public')).toBe('ours');
  expect(by('staff', 'internal')).toBe('note');
  expect(by('bot', 'internal')).toBe('note');
  expect(by('system', 'internal')).toBe('system');
});

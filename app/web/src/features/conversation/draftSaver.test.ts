import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { unreachable, ApiError } from '@/api/problem';
import { DraftSaver } from './draftSaver';
import { keepDraft, readDraft, whenWritten, writeDraft, type KeptDraft } from './drafts';
import { compare } from './useDrafts';

const write = (text: string) => writeDraft('t1', 'public', { text, files: [] });
let saved: string[] = [];
let answer: () => Promise<string> = () => Promise.resolve('2026-01-01T00:00:01Z');

function saver() {
  const made = new DraftSaver((_task, _way, draft) => {
    saved.push(draft.text);
    return answer();
  });
  whenWritten((task, way) => made.written(task, way));
  return made;
}

beforeEach(() => {
  vi.useFakeTimers();
  saved = [];
  answer = () => Promise.resolve('2026-01-01T00:00:01Z');
  keepDraft('t1', 'public', { text: '', files: [] });
});
afterEach(() => vi.useRealTimers());

test('the server is told once, after the last letter', async () => {
  saver();
  write('G');
  write('Go');
  expect(readDraft('t1', 'public').dirty).toBe(true);
  await vi.advanceTimersByTimeAsync(1000);
  expect(saved).toEqual(['Go']);
  expect(readDraft('t1', 'public')).toMatchObject({ text: 'Go', dirty: false, base: '2026-01-01T00:00:01Z' });
});

test('what is written while the server is told is told afterwards', async () => {
  saver();
  const underway: ((at: string) => void)[] = [];
  answer = () => new Promise((resolve) => underway.push(resolve));
  write('one');
  await vi.advanceTimersByTimeAsync(1000);
  write('two');
  await vi.advanceTimersByTimeAsync(1000);
  expect(saved).toEqual(['one']);
  underway.shift()?.('2026-01-01T00:00:01Z');
  await vi.advanceTimersByTimeAsync(1000);
  expect(saved).toEqual(['one', 'two']);
});

test('what the server cannot be told stays here, and is told later', async () => {
  const keeper = saver();
  answer = () => Promise.reject(new ApiError({ status: 0, code: unreachable, detail: '' }));
  write('offline');
  await vi.advanceTimersByTimeAsync(1000);
  expect(keeper.isCut('t1', 'public')).toBe(true);
  answer = () => Promise.resolve('2026-01-01T00:00:01Z');
  await vi.advanceTimersByTimeAsync(6000);
  expect(keeper.isCut('t1', 'public')).toBe(false);
  expect(saved).toEqual(['offline', 'offline']);
});

test('a draft that was sent is not told again', async () => {
  const keeper = saver();
  write('sent');
  await vi.advanceTimersByTimeAsync(1000);
  write('');
  keeper.sent('t1', 'public');
  await vi.advanceTimersByTimeAsync(1000);
  expect(saved).toEqual(['sent']);
});

const here = (more: Partial<KeptDraft>): KeptDraft => ({ text: 'here', files: [], ...more });
const there = { way: 'public' as const, text: 'there', reply_to: null, attachments: [], updated_at: '2026-01-01T00:00:02Z' };

test.each([
  ['nothing is here', here({ text: '' }), there, false, 'adopt'],
  ['it is nowhere', here({ text: '' }), undefined, false, 'nothing'],
  ['it was sent elsewhere', here({ base: '2026-01-01T00:00:01Z' }), undefined, true, 'adopt'],
  ['it is newer there, and nobody writes', here({ base: '2026-01-01T00:00:01Z' }), there, false, 'adopt'],
  ['it is newer there, while one writes', here({ base: '2026-01-01T00:00:01Z' }), there, true, 'offer'],
  ['it has changed on both sides', here({ base: '2026-01-01T00:00:01Z', dirty: true }), there, false, 'offer'],
  ['it has changed here', here({ base: there.updated_at, dirty: true }), there, true, 'tell'],
  ['it was emptied here', here({ text: '', base: there.updated_at, dirty: true }), there, false, 'tell'],
  ['an older answer comes late', here({ base: '2026-01-01T00:00:03Z' }), there, false, 'nothing'],
] as const)('%s', (_name, mine, theirs, writing, step) => {
  expect(compare(mine, theirs, writing)).toBe(step);
});

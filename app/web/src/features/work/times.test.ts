import { expect, test } from 'vitest';
import { inputOf, momentOfInput, presets } from './times';

const berlin = 'Europe/Berlin';

test.each([
  // A Saturday noon, in winter.
  ['2026-11-21T11:20:00Z', { later: '2026-11-21T15:00:00.000Z', evening: '2026-11-21T17:00:00.000Z', tomorrow: '2026-11-22T08:00:00.000Z', week: '2026-11-23T08:00:00.000Z' }],
  // A Monday evening: next week is in seven days.
  ['2026-11-23T18:00:00Z', { tomorrow: '2026-11-24T08:00:00.000Z', week: '2026-11-30T08:00:00.000Z' }],
  // The night before the clocks change, at the end of a month.
  ['2026-10-24T20:00:00Z', { tomorrow: '2026-10-25T08:00:00.000Z', week: '2026-10-26T08:00:00.000Z' }],
])('presets at %s', (now, want) => {
  expect(Object.fromEntries(presets(new Date(now), berlin).map((p) => [p.key, p.at.toISOString()]))).toEqual(want);
});

test('an input says what the clock on the wall says', () => {
  const time = new Date('2026-07-01T10:05:00Z');
  expect(inputOf(time, berlin)).toBe('2026-07-01T12:05');
  expect(momentOfInput('2026-07-01T12:05', berlin)).toEqual(time);
  expect(momentOfInput('', berlin)).toBeNull();
});

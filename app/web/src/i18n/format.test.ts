// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest';
import { dayName, fileSize, nearTime, shortTime, span } from './format';

const now = new Date(2026, 10, 21, 15, 30).getTime(); // a Saturday, in whatever zone the test runs
const at = (...parts: [number, number, number, number?, number?]) => new Date(...parts).toISOString();

beforeEach(() => void vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['en-GB', 'de-DE']));

test('times in lists are as short as can be', () => {
  expect(shortTime(at(2026, 10, 21, 9, 5), now)).toBe('09:05');
  expect(shortTime(at(2026, 10, 20, 23, 59), now)).toBe('Fri');
  expect(shortTime(at(2026, 10, 15, 12), now)).toBe('Sun');
  expect(shortTime(at(2026, 10, 14, 12), now)).toBe('14 Nov');
  expect(shortTime(at(2025, 10, 14, 12), now)).toBe('14/11/25');
});

test('days have names', () => {
  expect(dayName(at(2026, 10, 21, 0, 1), now)).toBe('Today');
  expect(dayName(at(2026, 10, 20, 23, 59), now)).toBe('Yesterday');
  expect(dayName(at(2026, 10, 16, 12), now)).toBe('Monday 16 November');
  expect(dayName(at(2025, 10, 16, 12), now)).toContain('2025');
});

test('times that are near need no date', () => {
  expect(nearTime(at(2026, 10, 21, 18), now)).toBe('18:00');
  expect(nearTime(at(2026, 10, 22, 15), now)).toBe('Sun 15:00');
  expect(nearTime(at(2026, 11, 3, 15), now)).toBe('3 Dec, 15:00');
});

test('spans and sizes are rounded down to what matters', () => {
  expect(span(23.9 * 3_600_000, 'en-GB')).toBe('23 hrs');
  expect(span(59_999, 'en-GB')).toBe('59 secs');
  expect(span(6.5 * 86_400_000, 'de-DE')).toMatch(/^6 T/);
  expect(span(0, 'en-GB')).toBe('0 secs');
  expect(fileSize(303, 'en-GB')).toBe('303 byte');
  expect(fileSize(1_540_000, 'en-GB')).toBe('1.5 MB');
  expect(fileSize(25_000_000, 'de-DE')).toBe('25 MB');
});

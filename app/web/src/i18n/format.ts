import i18next from 'i18next';
import { serverNow } from '@/api/clock';
import { locale } from '.';

const day = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions, language = locale()): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let made = formats.get(key);
  if (!made) formats.set(key, (made = new Intl.DateTimeFormat(language, options)));
  return made;
}

function midnight(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

/** How many calendar days a time lies back; negative ones lie ahead. */
function daysAgo(time: number, now: number): number {
  return Math.round((midnight(now) - midnight(time)) / day);
}

export function clockTime(iso: string): string {
  return format({ hour: '2-digit', minute: '2-digit' }).format(new Date(iso));
}

/** For lists, as short as can be: 14:05, Mon, 12 Nov, 12/11/25. */
export function shortTime(iso: string, now = serverNow()): string {
  const time = Date.parse(iso);
  const ago = daysAgo(time, now);
  if (ago === 0) return clockTime(iso);
  if (ago > 0 && ago < 7) return format({ weekday: 'short' }).format(time);
  if (Math.abs(ago) < 300) return format({ day: 'numeric', month: 'short' }).format(time);
  return format({ day: '2-digit', month: '2-digit', year: '2-digit' }).format(time);
}

/** A day as a heading: Today, Yesterday, Monday 12 November. */
export function dayName(iso: string, now = serverNow()): string {
  const time = Date.parse(iso);
  const ago = daysAgo(time, now);
  if (ago === 0 || ago === 1) {
    const words = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(-ago, 'day');
    return words.charAt(0).toLocaleUpperCase(locale()) + words.slice(1);
  }
  const year: Intl.DateTimeFormatOptions = Math.abs(ago) > 300 ? { year: 'numeric' } : {};
  return format({ weekday: 'long', day: 'numeric', month: 'long', ...year }).format(time);
}

/** Everything about a time: for titles and explanations. */
export function fullTime(iso: string): string {
  return format({ dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

/** A time near now, with as much of the day as is needed: 14:05, Tue 14:05, 3 Dec 14:05. */
export function nearTime(iso: string, now = serverNow()): string {
  const time = Date.parse(iso);
  const away = Math.abs(daysAgo(time, now));
  const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
  if (away === 0) return format(clock).format(time);
  if (away < 6) return format({ weekday: 'short', ...clock }).format(time);
  return format({ day: 'numeric', month: 'short', ...clock }).format(time);
}

export function sameDay(a: string, b: string): boolean {
  return midnight(Date.parse(a)) === midnight(Date.parse(b));
}

/** A span in its largest unit, rounded down: 23 h, 5 min. */
export function span(ms: number, language = locale()): string {
  const units: [number, string][] = [
    [day, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
    [1000, 'second'],
  ];
  const [size, unit] = units.find(([least]) => ms >= least) ?? [1000, 'second'];
  const style: Intl.NumberFormatOptions = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 };
  return new Intl.NumberFormat(language, style).format(Math.max(0, Math.floor(ms / size)));
}

export function fileSize(bytes: number, language = locale()): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  let n = bytes;
  let i = 0;
  for (; n >= 1000 && i < units.length - 1; i++) n /= 1000;
  const options: Intl.NumberFormatOptions = { style: 'unit', unit: units[i], unitDisplay: 'short', maximumFractionDigits: n < 10 && i > 0 ? 1 : 0 };
  return new Intl.NumberFormat(language, options).format(n);
}

export function list(words: string[]): string {
  return new Intl.ListFormat(i18next.language, { type: 'conjunction' }).format(words);
}

/** A number of things. */
export function whole(n: number): string {
  return new Intl.NumberFormat(locale()).format(n);
}

/** A day of a calendar, as 2026-11-26, in few letters. */
export function calendarDay(date: string): string {
  return new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(Date.parse(date));
}

/** The days of a week, Monday first. */
export function weekdays(length: 'short' | 'long' = 'short'): string[] {
  const name = new Intl.DateTimeFormat(locale(), { weekday: length, timeZone: 'UTC' });
  return [5, 6, 7, 8, 9, 10, 11].map((date) => name.format(Date.UTC(2026, 0, date)));
}

import type { components } from '@/api/schema';
import { weekdays } from '@/i18n/format';

export type Hours = components['schemas']['TemplatesHours'];

/** The days of a week, as the server calls them, from Monday on. */
export const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Day = (typeof days)[number];

/** The name of a day in the reader's language. */
export function dayName(day: Day, style: 'short' | 'long'): string {
  return weekdays(style)[days.indexOf(day)] ?? '';
}

/** Whether no hours are set. */
export function isAlways(hours: Hours): boolean {
  return days.every((day) => !hours[day]?.length);
}

/** A span of a day as two times, as 09:00 and 17:00; midnight at its end is 24:00. */
export interface Span {
  from: string;
  to: string;
}

export function readSpan(text: string): Span {
  const [from = '', to = ''] = text.split('-');
  return { from, to };
}

export function writeSpan({ from, to }: Span): string {
  return `${from}-${to === '00:00' ? '24:00' : to}`;
}

/** What the field of a time shows: it knows no 24:00. */
export function shownTime(time: string): string {
  return time === '24:00' ? '00:00' : time;
}

function minutes(time: string): number {
  const [hour, minute] = time.split(':').map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}

function timeOf(n: number): string {
  return `${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`;
}

/** Where in a day a span is, in per cent. Nothing when it is none. */
export function placeOf({ from, to }: Span): { left: number; width: number } {
  const begin = minutes(from);
  const end = minutes(to);
  return { left: (begin / 1440) * 100, width: Math.max(0, ((end - begin) / 1440) * 100) };
}

const usual = '09:00-17:00';

/** A day begins to be worked on with what the day before has. */
export function beginDay(hours: Hours, day: Day): string[] {
  const before = days[days.indexOf(day) - 1];
  const spans = before && hours[before];
  return spans && spans.length > 0 ? [...spans] : [usual];
}

/** One more span of a day: an hour after the last one, as far as the day goes. */
export function moreSpan(spans: string[]): string {
  const last = minutes(readSpan(spans.at(-1) ?? '').to);
  const from = Math.min(last + 60, 23 * 60);
  return `${timeOf(from)}-${timeOf(Math.min(from + 240, 1440))}`;
}

/** Days that follow each other and are alike, with their spans; those without any are left out. */
export function runs(hours: Hours): { first: Day; last: Day; spans: string[] }[] {
  const found: { first: Day; last: Day; spans: string[] }[] = [];
  let before = '';
  for (const day of days) {
    const spans = hours[day] ?? [];
    const run = found.at(-1);
    if (spans.length === 0) {
      before = '';
      continue;
    }
    if (run && spans.join() === before) run.last = day;
    else found.push({ first: day, last: day, spans });
    before = spans.join();
  }
  return found;
}

/** The same hours as the server keeps them: a day without spans is none, a zone means nothing without them, holidays in their order. */
export function cleaned(hours: Hours): Hours {
  const out: Hours = {};
  if (hours.time_zone && !isAlways(hours)) out.time_zone = hours.time_zone;
  for (const day of days) if (hours[day]?.length) out[day] = hours[day];
  const holidays = (hours.holidays ?? []).filter((h) => h.date).toSorted((a, b) => a.date.localeCompare(b.date));
  if (holidays.length > 0) out.holidays = holidays.map(({ date, name }) => (name ? { date, name } : { date }));
  return out;
}

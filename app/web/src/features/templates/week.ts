import { locale } from '@/i18n';
import { weekdays } from '@/i18n/format';
import type { WeekHour } from './templates';

/** A time of the week in which nobody is there: its first hour, counted from Monday, and how many hours it lasts. */
export interface Gap {
  from: number;
  length: number;
}

const week = 168;

/** The times without anybody. One that goes over the end of the week is one time. */
export function gaps(hours: Pick<WeekHour, 'count'>[]): Gap[] {
  const found: Gap[] = [];
  hours.forEach(({ count }, at) => {
    const last = found.at(-1);
    if (count > 0) return;
    if (last && last.from + last.length === at) last.length += 1;
    else found.push({ from: at, length: 1 });
  });
  const [first] = found;
  const last = found.at(-1);
  if (first && last && first !== last && first.from === 0 && last.from + last.length === week) {
    last.length += first.length;
    found.shift();
  }
  return found;
}

/** The day of an hour of the week. */
export function dayName(hour: number): string {
  return weekdays()[Math.floor((hour % week) / 24)] ?? '';
}

/** The time of day of an hour of the week. */
export function hourName(hour: number): string {
  return new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' }).format((hour % 24) * 3_600_000);
}

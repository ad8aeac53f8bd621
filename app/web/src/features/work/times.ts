/** When a task may come back, by the account's clock. */
export interface Preset {
  key: 'later' | 'evening' | 'tomorrow' | 'week';
  at: Date;
}

interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  weekday: number;
}

/** What a clock on the wall shows in a zone. */
export function wallOf(time: Date, zone: string): Wall {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(time);
  const of = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  const [year, month, day] = [of('year'), of('month'), of('day')];
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return { year, month, day, hour: of('hour'), minute: of('minute'), weekday };
}

/** The moment at which a zone's clock on the wall shows a time. Days may be beyond the end of their month. */
export function momentOf(year: number, month: number, day: number, hour: number, minute: number, zone: string): Date {
  const wanted = Date.UTC(year, month - 1, day, hour, minute);
  let guess = wanted;
  // Twice, because the zone's distance may change between the first guess and the moment.
  for (let i = 0; i < 2; i++) {
    const w = wallOf(new Date(guess), zone);
    guess += wanted - Date.UTC(w.year, w.month - 1, w.day, w.hour, w.minute);
  }
  return new Date(guess);
}

/** The usual times, the next one first. */
export function presets(now: Date, zone: string): Preset[] {
  const w = wallOf(now, zone);
  const at = (days: number, hour: number) => momentOf(w.year, w.month, w.day + days, hour, 0, zone);
  const list: Preset[] = [];
  // In three hours, on the full hour after.
  const later = momentOf(w.year, w.month, w.day, w.hour + 3 + (w.minute > 0 ? 1 : 0), 0, zone);
  if (wallOf(later, zone).day === w.day && w.hour < 15) list.push({ key: 'later', at: later });
  if (w.hour < 17) list.push({ key: 'evening', at: at(0, 18) });
  list.push({ key: 'tomorrow', at: at(1, 9) });
  list.push({ key: 'week', at: at(((8 - w.weekday) % 7) || 7, 9) });
  return list;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** A moment for an input of the type datetime-local, in a zone. */
export function inputOf(time: Date, zone: string): string {
  const w = wallOf(time, zone);
  return `${w.year}-${two(w.month)}-${two(w.day)}T${two(w.hour)}:${two(w.minute)}`;
}

/** What was chosen in such an input; null for nothing. */
export function momentOfInput(text: string, zone: string): Date | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute] = found.slice(1).map(Number) as [number, number, number, number, number];
  return momentOf(year, month, day, hour, minute, zone);
}

import { titleOf, type Channel } from './channels';

/** How much a channel needs somebody: the less, the more. */
function rank(c: Channel): number {
  if (c.state === 'reconnect') return 0;
  if (c.health.findings.some((f) => f.level === 'error')) return 1;
  if (c.held) return 2;
  return c.health.findings.some((f) => f.level === 'warning') ? 3 : 4;
}

/** The channels that are looked for, those that need somebody first. */
export function byUrgency(channels: Channel[], wanted: string): Channel[] {
  const text = wanted.trim().toLocaleLowerCase();
  return channels
    .filter((c) => `${titleOf(c)} ${c.name}`.toLocaleLowerCase().includes(text) || c.external_id.includes(text))
    .toSorted((a, b) => rank(a) - rank(b) || titleOf(a).localeCompare(titleOf(b)));
}

const several = 3;

/** Problems that several channels have: mostly of one cause, and mended in one place. */
export function inCommon(channels: Channel[]): { code: string; text: string; count: number }[] {
  const found = new Map<string, { code: string; text: string; count: number }>();
  for (const c of channels) {
    for (const f of c.health.findings) {
      if (f.level !== 'error') continue;
      const key = f.code + f.text;
      const known = found.get(key) ?? { code: f.code, text: f.text, count: 0 };
      found.set(key, { ...known, count: known.count + 1 });
    }
  }
  return [...found.values()].filter((f) => f.count >= several);
}

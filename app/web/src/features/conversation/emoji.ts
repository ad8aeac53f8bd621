import rows from 'virtual:emoji';

/** The list itself is in this file, which is loaded when somebody wants an emoji. */
export interface Emoji {
  group: number;
  emoji: string;
  /** Its name in the reader's language. */
  name: string;
}

/** The groups in which they are shown, in Unicode's order; the names are in the catalogue. */
export const groups = [0, 1, 3, 4, 5, 6, 7, 8, 9] as const;

const folded = (text: string) => text.toLocaleLowerCase().normalize('NFD').replaceAll(/\p{M}|[-_]/gu, ' ').replaceAll(/\s+/g, ' ').trim();
const known = rows.map(([group, emoji, en, de, words]) => ({ group, emoji, en, de, names: [folded(en), folded(de)], words: ` ${folded(words)}` }));

/** All of a group, or those whose names, in whatever language, have words that begin so; the better fit comes first. */
export function findEmoji(text: string, language: string, most = 400): Emoji[] {
  const wanted = folded(text);
  const parts = wanted.split(' ').filter(Boolean);
  const fits = known
    .map((e) => ({ e, fit: fit(e, wanted, parts) }))
    .filter(({ fit: f }) => f > 0)
    .toSorted((a, b) => b.fit - a.fit);
  return fits.slice(0, most).map(({ e }) => ({ group: e.group, emoji: e.emoji, name: language === 'de' ? e.de : e.en }));
}

function fit(e: (typeof known)[number], wanted: string, parts: string[]): number {
  if (wanted === '') return 1;
  if (e.names.includes(wanted)) return 5;
  if (e.names.some((n) => n.startsWith(wanted))) return 4;
  if (parts.every((p) => e.names.some((n) => ` ${n}`.includes(` ${p}`)))) return 3;
  if (e.words.includes(` ${wanted}`)) return 2;
  return parts.every((p) => e.words.includes(` ${p}`) || e.names.some((n) => ` ${n}`.includes(` ${p}`))) ? 1 : 0;
}

/** What emoji are called, for those of which only the sign is known. */
export function nameOf(emoji: string, language: string): string {
  const found = known.find((e) => e.emoji === emoji);
  return (language === 'de' ? found?.de : found?.en) ?? emoji;
}

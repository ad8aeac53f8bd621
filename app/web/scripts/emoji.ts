import en from 'emojibase-data/en/data.json' with { type: 'json' };
import codes from 'emojibase-data/en/shortcodes/github.json' with { type: 'json' };
import de from 'emojibase-data/de/data.json' with { type: 'json' };
import type { Plugin } from 'vite';

const id = 'virtual:emoji';

/** Newer ones would be empty boxes on many devices. */
const newest = 15;
/** Skin colours and hair: no choices of their own here. */
const components = 2;

/** An emoji's group, itself, its names, and the other words by which it is found. */
type Row = [group: number, emoji: string, en: string, de: string, words: string];

function rows(): Row[] {
  const german = new Map(de.map((e) => [e.hexcode, e]));
  return en
    .filter((e) => e.group !== undefined && e.group !== components && e.version <= newest)
    .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0))
    .map((e) => {
      const other = german.get(e.hexcode);
      const named = `${e.label} ${other?.label ?? ''}`.toLowerCase();
      const codesOf = [(codes as Record<string, string | string[]>)[e.hexcode] ?? []].flat();
      const words = [...codesOf, ...(e.tags ?? []), ...(other?.tags ?? [])].map((w) => w.toLowerCase());
      const more = [...new Set(words)].filter((w) => !named.includes(w));
      return [e.group, e.emoji, e.label, other?.label ?? e.label, more.join(' ')];
    });
}

/** Makes a short list of emoji, with their names in all languages of the screens, of what Unicode publishes. */
export function emoji(): Plugin {
  return {
    name: 'kontor-emoji',
    resolveId: (source) => (source === id ? `\0${id}` : null),
    load: (source) => (source === `\0${id}` ? `export default JSON.parse(${JSON.stringify(JSON.stringify(rows()))});` : null),
  };
}

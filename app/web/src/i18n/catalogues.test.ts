import { expect, test } from 'vitest';
import de from './de.json';
import en from './en.json';

type Node = { [key: string]: string | Node };

function flat(node: Node, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(node)) {
    const at = path ? `${path}.${key}` : key;
    if (typeof value === 'string') found.set(at, value);
    else for (const [k, v] of flat(value, at)) found.set(k, v);
  }
  return found;
}

const catalogues = { en: flat(en), de: flat(de) };
const values = (text: string) => [...text.matchAll(/{{\s*(\w+)\s*}}/g)].map((m) => m[1]).toSorted();

test('both languages say the same things', () => {
  expect([...catalogues.de.keys()].toSorted()).toEqual([...catalogues.en.keys()].toSorted());
});

test.each([...catalogues.en])('%s takes the same values in both languages', (key, text) => {
  expect(values(catalogues.de.get(key) ?? '')).toEqual(values(text));
});

test('each plural has both its forms', () => {
  const keys = [...catalogues.en.keys()];
  const ending = (form: string) => keys.filter((k) => k.endsWith(form)).map((k) => k.slice(0, -form.length));
  expect(ending('_one')).toEqual(ending('_other'));
});

const sources = Object.entries(
  import.meta.glob<string>(['../**/*.{ts,tsx}', '!../**/*.test.ts'], { query: '?raw', import: 'default', eager: true }),
);

test.each(sources.filter(([file]) => file.endsWith('x')))('%s holds no words for people', (_file, text) => {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const between = [...code.matchAll(/>\s*([^<>{}=;()]*[A-Za-zäöüÄÖÜß]{2,}[^<>{}=;()]*)\s*<\//g)].map((m) => m[1]!.trim());
  const attributes = [...code.matchAll(/\b(?:aria-label|label|title|placeholder|alt|description)="([^"]*[A-Za-z]{2,}[^"]*)"/g)].map((m) => m[1]);
  expect([...between, ...attributes]).toEqual([]);
});

test('no key is left over', () => {
  const code = sources.map(([, text]) => text).join('\n');
  const used = (key: string) => {
    const plain = key.replace(/_(one|other)$/, '');
    // Keys are also put together: `delivery.state.${state}`, and groups' rows in the overview of keys.
    const dynamic = plain.slice(0, plain.lastIndexOf('.') + 1);
    return code.includes(`'${plain}'`) || code.includes(`\`${dynamic}\${`) || (plain.startsWith('keys.') && code.includes(`'${plain.slice(5)}'`));
  };
  expect([...catalogues.en.keys()].filter((key) => !used(key))).toEqual([]);
});

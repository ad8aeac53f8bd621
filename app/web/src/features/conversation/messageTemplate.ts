import type { components } from '@/api/schema';

export type MessageTemplate = components['schemas']['MessageTemplate'];

type Part = 'header' | 'body' | 'footer';

const placeholder = /\{\{\s*(\w+)\s*\}\}/g;

/** A piece of a template's text: words, or what stands for a value. */
export interface Piece {
  text: string;
  /** The value, empty when there is none yet; undefined for words. */
  value?: string;
}

/** The parts of a template that are text, as one reads them. */
export function partsOf(m: MessageTemplate): { part: Part; text: string }[] {
  return (['header', 'body', 'footer'] as const).map((part) => ({ part, text: m[part] ?? '' })).filter(({ text }) => text !== '');
}

/** A text with the values in the places of its placeholders. */
export function filled(part: Part, text: string, values: Record<string, string>): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const m of part === 'footer' ? [] : text.matchAll(placeholder)) {
    if (m.index > from) pieces.push({ text: text.slice(from, m.index) });
    pieces.push({ text: m[0], value: (values[`${part}.${m[1]}`] ?? '').trim() });
    from = m.index + m[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** What still needs a value. */
export function missing(m: MessageTemplate, values: Record<string, string>): string[] {
  return m.parameters.filter((key) => !values[key]?.trim());
}

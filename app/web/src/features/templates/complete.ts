import type { components } from '@/api/schema';

type Variable = components['schemas']['Variable'];
type Filter = components['schemas']['Filter'];

/** What could be completed where the caret stands: the word from `from` on, a variable or a filter. */
export interface Completion {
  from: number;
  word: string;
  filter: boolean;
  /** Inside {% … %}, which is not closed by braces. */
  tag: boolean;
}

/** Something to put in. */
export interface Offer {
  name: string;
  text: string;
  example: string;
  insert: string;
  /** A key of one's own is still to be written after it. */
  more?: boolean;
}

/** Looks for an open {{ or {% before the caret. */
export function completionAt(text: string, caret: number): Completion | null {
  const before = text.slice(0, caret);
  const open = Math.max(before.lastIndexOf('{{'), before.lastIndexOf('{%'));
  if (open < 0) return null;
  const inside = before.slice(open + 2);
  if (inside.includes('}}') || inside.includes('%}')) return null;
  if ((inside.match(/"/g)?.length ?? 0) % 2 === 1) return null; // in a text
  const tag = before[open + 1] === '%';
  const pipe = inside.lastIndexOf('|');
  const word = /[\w.]*$/.exec(inside)![0];
  const filter = pipe >= 0 && inside.slice(pipe + 1).trimStart() === word;
  if (pipe >= 0 && !filter) return null; // the arguments of a filter
  if (!filter && !tag && inside.trim() !== word) return null; // the variable is complete
  if (tag && !/^-?\s*\w+\s/.test(inside)) return null; // still at the word itself: if, case
  return { from: caret - word.length, word, filter, tag };
}

const most = 40;

/** What fits, with what begins like the word before what only contains it. */
export function offers({ word, filter }: Completion, variables: Variable[], filters: Filter[]): Offer[] {
  const all: Offer[] = filter
    ? filters.map((f) => ({ name: f.name, text: f.text, example: f.example, insert: f.args.length > f.optional ? `${f.name}: ` : f.name }))
    : variables.map((v) => {
        const own = v.path.endsWith('*');
        return { name: v.path, text: v.text, example: v.example, insert: own ? v.path.slice(0, -1) : v.path, more: own };
      });
  const wanted = word.toLowerCase();
  if (all.some((o) => o.insert === word && !o.more)) return [];
  const rank = (o: Offer) => (o.name.startsWith(wanted) ? 0 : o.name.includes(wanted) ? 1 : o.text.toLowerCase().includes(wanted) ? 2 : 3);
  return all
    .filter((o) => rank(o) < 3 && !(o.more && o.insert === word))
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, most);
}

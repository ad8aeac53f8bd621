import { fieldText, type FieldValue } from '@/features/details/fieldValue';
import type { AnyDraft, ContactDraft, Field, ObjectDraft } from './templates';

/** One difference between two states of a template. `part` is a key of `templates.part`. */
export interface Change {
  kind: 'set' | 'field_added' | 'field_removed' | 'field_changed' | 'fields_moved' | 'value';
  part: Part;
  name?: string;
  from?: string;
  to?: string;
  what?: (keyof Field)[];
}

export type Part =
  | 'name' | 'fields' | 'status_set' | 'title' | 'description' | 'assignees' | 'assignee_mode' | 'skip_away' | 'participants' | 'tags' | 'topic'
  | 'priority' | 'due_in' | 'values' | 'kind' | 'group' | 'name_pattern' | 'mapping';

/** Puts ids and options into words. */
export interface Words {
  ref: (id: string) => string;
  option: (part: Part, value: string) => string;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** What is different, in the order of the editor. */
export function compare(before: AnyDraft, after: AnyDraft, words: Words): Change[] {
  const changes = [...simple('name', before.name, after.name), ...fields(before.form.fields, after.form.fields)];
  if ('defaults' in before && 'defaults' in after) changes.push(...object(before, after, words));
  if ('mapping' in before && 'mapping' in after) changes.push(...contact(before, after, words));
  return changes;
}

/** Which parts are different: what the bar for saving names. */
export function parts(before: AnyDraft, after: AnyDraft): Part[] {
  const plain = { ref: (id: string) => id, option: (_: Part, value: string) => value };
  return [...new Set(compare(before, after, plain).map((c) => c.part))];
}

function simple(part: Part, from: string | undefined, to: string | undefined): Change[] {
  return (from ?? '') === (to ?? '') ? [] : [{ kind: 'set', part, from: from ?? '', to: to ?? '' }];
}

const kept = (list: Field[], other: Map<string, Field>) => list.filter((f) => other.has(f.key)).map((f) => f.key);

function fields(before: Field[], after: Field[]): Change[] {
  const was = new Map(before.map((f) => [f.key, f]));
  const is = new Map(after.map((f) => [f.key, f]));
  const changes: Change[] = [];
  for (const f of after) {
    const old = was.get(f.key);
    if (!old) changes.push({ kind: 'field_added', part: 'fields', name: f.label || f.key });
    else {
      const keys: (keyof Field)[] = ['label', 'type', 'required', 'help', 'choices', 'currency', 'limits'];
      const what = keys.filter((k) => !same(old[k] || null, f[k] || null));
      if (what.length > 0) changes.push({ kind: 'field_changed', part: 'fields', name: old.label, what });
    }
  }
  for (const f of before) if (!is.has(f.key)) changes.push({ kind: 'field_removed', part: 'fields', name: f.label });
  if (!same(kept(before, is), kept(after, was))) changes.push({ kind: 'fields_moved', part: 'fields' });
  return changes;
}

function object(before: ObjectDraft, after: ObjectDraft, { ref, option }: Words): Change[] {
  const [a, b] = [before.defaults, after.defaults];
  const refs = (list: { id: string }[] | undefined) => (list ?? []).map((x) => ref(x.id)).join(', ');
  const people = (list: string[] | undefined) => (list ?? []).map(ref).join(', ');
  const chosen = (part: Part, x: string | number | undefined) => (x ? option(part, String(x)) : '');
  return [
    ...simple('status_set', ref(before.status_set_id), ref(after.status_set_id)),
    ...simple('title', a.title, b.title),
    ...simple('description', a.description, b.description),
    ...simple('assignees', refs(a.assignees), refs(b.assignees)),
    ...simple('assignee_mode', chosen('assignee_mode', a.assignee_mode ?? 'share'), chosen('assignee_mode', b.assignee_mode ?? 'share')),
    ...simple('skip_away', option('skip_away', String(a.skip_away ?? false)), option('skip_away', String(b.skip_away ?? false))),
    ...simple('participants', people(a.participants), people(b.participants)),
    ...simple('tags', a.tags?.join(', '), b.tags?.join(', ')),
    ...simple('topic', a.topic, b.topic),
    ...simple('priority', chosen('priority', a.priority ?? 'normal'), chosen('priority', b.priority ?? 'normal')),
    ...simple('due_in', chosen('due_in', a.due_in), chosen('due_in', b.due_in)),
    ...values(before, after),
  ];
}

function values(before: ObjectDraft, after: ObjectDraft): Change[] {
  const [a, b] = [before.defaults.fields ?? {}, after.defaults.fields ?? {}];
  const all = new Map([...before.form.fields, ...after.form.fields].map((f) => [f.key, f]));
  return [...all.values()]
    .filter((f) => !same(a[f.key], b[f.key]))
    .map((f) => ({ kind: 'value', part: 'values', name: f.label, from: fieldText(f, a[f.key] as FieldValue), to: fieldText(f, b[f.key] as FieldValue) }));
}

function contact(before: ContactDraft, after: ContactDraft, { option }: Words): Change[] {
  const was = new Map(before.mapping.map((m) => [m.target, (m.sources ?? []).join(', ')]));
  const is = new Map(after.mapping.map((m) => [m.target, (m.sources ?? []).join(', ')]));
  const mapped = [...new Set([...was.keys(), ...is.keys()])]
    .filter((target) => was.get(target) !== is.get(target))
    .map((target): Change => ({ kind: 'value', part: 'mapping', name: option('mapping', target), from: was.get(target) ?? '', to: is.get(target) ?? '' }));
  return [
    ...simple('kind', option('kind', before.kind), option('kind', after.kind)),
    ...simple('group', before.group, after.group),
    ...simple('tags', before.tags.join(', '), after.tags.join(', ')),
    ...simple('name_pattern', before.name_pattern, after.name_pattern),
    ...mapped,
  ];
}

import { expect, test } from 'vitest';
import { compare, parts } from './diff';
import type { ContactDraft, ObjectDraft } from './templates';

const words = { ref: (id: string) => `<${id}>`, option: (_: string, value: string) => value };
const object: ObjectDraft = {
  name: 'Dialog',
  form: { fields: [{ key: 'order', label: 'Order', type: 'text' }, { key: 'color', label: 'Colour', type: 'text' }] },
  status_set_id: 's1',
  defaults: { title: '{{ message.text }}', assignees: [{ kind: 'staff', id: 'a' }] },
};

test('nothing is different of the same, whatever is left out', () => {
  expect(compare(object, { ...object, defaults: { ...object.defaults, tags: [], description: '', priority: 'normal' } }, words)).toEqual([]);
});

test('fields are told apart by their key', () => {
  const [order, color] = object.form.fields as [never, never];
  const after = { ...object, form: { fields: [color, { ...(order as object), label: 'Number', required: true }, { key: 'size', label: 'Size', type: 'number' }] } } as ObjectDraft;
  expect(compare(object, after, words)).toEqual([
    { kind: 'field_changed', part: 'fields', name: 'Order', what: ['label', 'required'] },
    { kind: 'field_added', part: 'fields', name: 'Size' },
    { kind: 'fields_moved', part: 'fields' },
  ]);
  expect(compare(after, object, words).some((c) => c.kind === 'field_removed' && c.name === 'Size')).toBe(true);
});

test('defaults are told with names', () => {
  const after: ObjectDraft = { ...object, defaults: { ...object.defaults, assignees: [], fields: { order: '1' }, due_in: 60 } };
  expect(compare(object, after, words)).toEqual([
    { kind: 'set', part: 'assignees', from: '<a>', to: '' },
    { kind: 'set', part: 'due_in', from: '', to: '60' },
    { kind: 'value', part: 'values', name: 'Order', from: '', to: '1' },
  ]);
  expect(parts(object, after)).toEqual(['assignees', 'due_in', 'values']);
});

test('a mapping is told by its target', () => {
  const contact: ContactDraft = { name: 'P', kind: 'person', form: { fields: [] }, group: '', tags: [], name_pattern: '', mapping: [{ target: 'email', sources: ['mail.from_address'] }] };
  expect(compare(contact, { ...contact, mapping: [] }, words)).toEqual([{ kind: 'value', part: 'mapping', name: 'email', from: 'mail.from_address', to: '' }]);
});

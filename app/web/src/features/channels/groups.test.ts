import { expect, test } from 'vitest';
import type { KindSetting } from './channels';
import { grouped } from './groups';

const field = (key: string) => ({ key, type: 'yes_no', label: key, help: '', default: false }) as KindSetting;

test('fields stand under their headings, in an order that is ours', () => {
  const found = grouped([field('media'), field('new_task'), field('assignee_ids')]);
  expect(found.map((g) => g.group)).toEqual(['make', 'rule', 'context']);
});

test('what no heading knows is not lost', () => {
  const found = grouped([field('new_task'), field('greeting')]);
  expect(found.at(-1)).toEqual({ group: 'more', fields: [field('greeting')] });
});

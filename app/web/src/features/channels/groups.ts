import type { KindSetting } from './channels';

const groups = {
  make: ['object_template_id', 'contact_template_id', 'assignee_ids'],
  rule: ['new_task', 'active_scope'],
  comments: ['comments', 'comment_scope', 'comment_new_task', 'comment_template_id', 'attach_post_files'],
  leads: ['leads'],
  context: ['history_count', 'media'],
  after: ['auto_ownership', 'resolve_new_after_days', 'resolve_pending_after_days'],
} as const;

type Group = keyof typeof groups | 'more';

/** The fields of a kind's form under headings. What no heading knows, of a kind to come, stands under the last one. */
export function grouped(fields: KindSetting[]): { group: Group; fields: KindSetting[] }[] {
  const known = Object.entries(groups) as [Group, readonly string[]][];
  const placed = new Set(known.flatMap(([, keys]) => keys));
  return [...known, ['more', fields.filter((f) => !placed.has(f.key)).map((f) => f.key)] as [Group, readonly string[]]]
    .map(([group, keys]) => ({ group, fields: keys.flatMap((key) => fields.find((f) => f.key === key) ?? []) }))
    .filter((g) => g.fields.length > 0);
}

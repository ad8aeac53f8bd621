import { expect, test } from 'vitest';
import type { Channel } from './channels';
import { byUrgency, inCommon } from './urgency';

const finding = (level: string, code = 'x') => ({ code, level, text: code, area: 'connection' });
const channel = (name: string, more: object = {}) =>
  ({ name, display_name: '', external_id: name, state: 'on', held: 0, health: { findings: [] }, ...more }) as unknown as Channel;

test('channels that need somebody come first', () => {
  const list = [
    channel('Well'),
    channel('Warned', { health: { findings: [finding('warning')] } }),
    channel('Held', { held: 3 }),
    channel('Ill', { health: { findings: [finding('error')] } }),
    channel('Dead', { state: 'reconnect' }),
  ];
  expect(byUrgency(list, '').map((c) => c.name)).toEqual(['Dead', 'Ill', 'Held', 'Warned', 'Well']);
  expect(byUrgency(list, 'war').map((c) => c.name)).toEqual(['Warned']);
});

const ill = (n: string) => channel(n, { health: { findings: [finding('error', 'leads.off'), finding('warning', 'y')] } });

test('what many have in common is said once', () => {
  expect(inCommon([ill('a'), ill('b')])).toEqual([]);
  expect(inCommon([ill('a'), ill('b'), ill('c')])).toEqual([{ code: 'leads.off', text: 'leads.off', count: 3 }]);
});

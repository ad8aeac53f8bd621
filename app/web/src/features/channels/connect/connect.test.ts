import { expect, test } from 'vitest';
import { arranged, readConnectSearch, type ConnectionPage } from './connect';

const page = (name: string, status: ConnectionPage['status'], id = name): ConnectionPage =>
  ({ external_id: id, name, status, can_connect: status !== 'taken', channel_id: '', advice: [] }) as ConnectionPage;

test('what can be connected comes first, in the order of the platform', () => {
  const pages = [page('A', 'connected'), page('B', 'taken'), page('C', 'available'), page('D', 'lacking'), page('E', 'available')];
  expect(arranged(pages, '').map((p) => p.name)).toEqual(['C', 'E', 'D', 'B', 'A']);
});

test('what is being connected stays on top', () => {
  const pages = [page('A', 'available'), page('B', 'connected'), page('C', 'lacking')];
  expect(arranged(pages, '', new Map([['B', 'working']])).map((p) => p.name)).toEqual(['B', 'A', 'C']);
});

test('pages are found by name and by number', () => {
  const pages = [page('Café Nord', 'available', '111'), page('Bakery', 'available', '222')];
  expect(arranged(pages, ' café').map((p) => p.name)).toEqual(['Café Nord']);
  expect(arranged(pages, '22').map((p) => p.name)).toEqual(['Bakery']);
});

test('the address says where a login has led', () => {
  expect(readConnectSearch({ connection: 'c1', connect_error: 7 })).toEqual({ connection: 'c1', connect_error: undefined });
});

import { afterEach, expect, test, vi } from 'vitest';
import { api, newKey, speak } from './client';
import { ApiError } from './problem';

afterEach(() => vi.unstubAllGlobals());

function answer(response: () => Response | Promise<Response>) {
  const asked = vi.fn(async (_request: Request) => response());
  vi.stubGlobal('fetch', asked);
  return asked;
}

test('asks in the language of the screens', async () => {
  const asked = answer(() => Response.json({ id: 'x' }));
  speak('de');
  const { data } = await api.GET('/me', { fetch: asked as typeof fetch, baseUrl: 'http://kontor.example/api/v1' });
  expect(data).toEqual({ id: 'x' });
  const request = asked.mock.calls[0]![0];
  expect(request.url).toBe('http://kontor.example/api/v1/me');
  expect(request.headers.get('Accept-Language')).toBe('de');
});

test('throws what the server refuses', async () => {
  const asked = answer(() => Response.json({ code: 'session.required', detail: 'Please sign in.' }, { status: 401 }));
  const call = api.GET('/me', { fetch: asked as typeof fetch, baseUrl: 'http://kontor.example/api/v1' });
  await expect(call).rejects.toMatchObject({ status: 401, code: 'session.required' });
});

test('throws what never reached the server', async () => {
  const asked = answer(() => Promise.reject(new TypeError('Failed to fetch')));
  const call = api.GET('/me', { fetch: asked as typeof fetch, baseUrl: 'http://kontor.example/api/v1' });
  await expect(call).rejects.toBeInstanceOf(ApiError);
  await expect(call).rejects.toMatchObject({ status: 0, code: 'client.unreachable' });
});

test('keys of idempotency differ', () => {
  expect(new Set(Array.from({ length: 100 }, newKey)).size).toBe(100);
  expect(newKey()).toMatch(/^[0-9a-f]{32}$/);
});

import createClient, { type Middleware } from 'openapi-fetch';
import createQueries from 'openapi-react-query';
import { asApiError, errorOf } from './problem';
import type { paths } from './schema';

let language = 'en';

/** Says in which language the server's words are wanted. */
export function speak(tag: string) {
  language = tag;
}

const conventions: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', language);
  },
  async onResponse({ response }) {
    if (!response.ok) throw await errorOf(response);
  },
  onError({ error }) {
    return asApiError(error);
  },
};

/** The client of the API, typed by the OpenAPI document. It throws an ApiError for everything but success. */
export const api = createClient<paths>({ baseUrl: '/api/v1' });
api.use(conventions);

/** The client's calls as queries and mutations. */
export const queries = createQueries(api);

/** A value for the Idempotency-Key header: with it, a request that is sent twice has its effect once. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

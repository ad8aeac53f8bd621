import { expect, test } from 'vitest';
import { ApiError, asApiError, errorOf, unreachable, unreadable } from './problem';

const headers = { 'Content-Type': 'application/problem+json', 'X-Request-Id': 'r-1' };

function refused(status: number, body: unknown) {
  return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });
}

test('a problem keeps its code, its words and its places', async () => {
  const err = await errorOf(
    refused(422, {
      status: 422,
      code: 'input.invalid',
      detail: 'Please check the marked entries.',
      request_id: 'r-2',
      errors: [
        { location: 'body.email', code: 'staff.email', message: 'Enter an e-mail address.' },
        { location: 'body.member_ids[2]', code: 'staff.not_found', message: 'There is nobody like that.' },
      ],
    }),
  );
  expect(err).toMatchObject({ status: 422, code: 'input.invalid', detail: 'Please check the marked entries.', requestId: 'r-2' });
  expect(err.faultAt('email')).toBe('Enter an e-mail address.');
  expect(err.faultAt('member_ids')).toBe('There is nobody like that.');
  expect(err.faultAt('member')).toBeUndefined();
  expect(err.passing).toBe(false);
});

test.each([
  ['a proxy page', '<html>Bad Gateway</html>'],
  ['JSON of another shape', { message: 'Not Found' }],
  ['nothing', ''],
])('%s becomes a problem of its own', async (_name, body) => {
  const err = await errorOf(refused(502, body));
  expect(err).toMatchObject({ status: 502, code: unreadable, detail: '', requestId: 'r-1' });
  expect(err.passing).toBe(true);
});

test('whatever is thrown becomes an ApiError, and one stays what it is', () => {
  const cut = asApiError(new TypeError('Failed to fetch'));
  expect(cut).toMatchObject({ status: 0, code: unreachable });
  expect(cut.passing).toBe(true);
  const known = new ApiError({ status: 404, code: 'task.not_found', detail: 'Gone.' });
  expect(asApiError(known)).toBe(known);
});

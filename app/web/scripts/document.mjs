// What the OpenAPI document and the client made from it have in common: a fingerprint of everything that matters to the
// client. Version and address of the server do not.
import { createHash } from 'node:crypto';

export async function document(url) {
  const answer = await fetch(`${url}/api/v1/openapi.json`);
  if (!answer.ok) throw new Error(`the OpenAPI document could not be read: ${answer.status}`);
  return answer.json();
}

export function fingerprint({ paths, components: { schemas } }) {
  return createHash('sha256').update(JSON.stringify({ paths, schemas })).digest('hex').slice(0, 16);
}

/** The fingerprint that a generated schema.d.ts says it was made from. */
export function fingerprintOf(schema) {
  return /@fingerprint (\w+)/.exec(schema)?.[1];
}

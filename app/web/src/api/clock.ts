/**
 * The server's clock, as far as we know it: it comes with every event of the stream. A browser's clock may be wrong, and in
 * the sandbox the server's can be moved; how long one may still write is decided by the server's alone.
 */
let ahead = 0;

export function heardTime(server: string, now = Date.now()) {
  const time = Date.parse(server);
  if (!Number.isNaN(time)) ahead = time - now;
}

export function serverNow(now = Date.now()): number {
  return now + ahead;
}

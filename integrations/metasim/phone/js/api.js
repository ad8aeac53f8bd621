// The control API of the simulator. Paths are relative, so the simulator may stand under any prefix.

const base = new URL("../control/", document.baseURI);

// Refusal is an answer with a stable code, which the text catalogues turn into words.
export class Refusal extends Error {}

async function call(method, path, body) {
  const res = await fetch(new URL(path, base), {
    method,
    headers: body === undefined ? {} : { "Content-Type": body instanceof Blob ? body.type : "application/json" },
    body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
  }).catch(() => {
    throw new Refusal("connection.lost");
  });
  const answer = await res.json().catch(() => ({ error: "internal" }));
  if (!res.ok) throw new Refusal(answer.error);
  return answer;
}

export const api = {
  get: (path) => call("GET", path),
  post: (path, body = {}) => call("POST", path, body),
  patch: (path, body) => call("PATCH", path, body),
  remove: (path) => call("DELETE", path),
  upload: (file) => call("POST", `files?name=${encodeURIComponent(file.name)}`, file),
};

// media is the address of a file of the media host.
export const media = (path) => new URL("../" + path, document.baseURI).href;

// listen calls back whenever something changed, and says whether the connection stands.
export function listen(changed, connected) {
  const stream = new EventSource(new URL("stream", base));
  stream.onmessage = () => {
    connected(true);
    changed();
  };
  stream.onerror = () => connected(false);
}

// The platform's books: what it accepted, what it delivered, what it was asked. Each list is read only while it is open.

import { api } from "./api.js";
import { $, h } from "./dom.js";
import { language, logTime, t } from "./i18n.js";
import { act, store } from "./store.js";

const limit = 50;
const books = [
  { name: "ledger", path: `ledger?limit=${limit}`, newestLast: true, row: ledgerRow },
  { name: "deliveries", path: `deliveries?limit=${limit}`, row: deliveryRow },
  { name: "calls", path: `calls?limit=${limit}`, newestLast: true, row: callRow },
];

export function drawLogs() {
  const root = $("logs");
  if (!root) return;
  if (store.logsDrawn !== language) {
    store.logsDrawn = language;
    root.replaceChildren(...books.map(bookCard));
  }
  for (const el of root.querySelectorAll("details[open][data-book]")) fill(el);
}

function bookCard(book) {
  const el = h("details", { class: "card log", "data-book": book.name, ontoggle: (e) => e.target === el && el.open && fill(el) },
    h("summary", {}, h("h2", {}, t(`log.${book.name}`))), h("p", { class: "note" }, t(`log.${book.name}_note`)),
    h("ol", { class: "entries" }));
  return el;
}

async function fill(el) {
  const book = books.find((b) => b.name === el.dataset.book);
  const entries = await act(() => api.get(book.path));
  if (!entries) return;
  if (book.newestLast) entries.reverse();
  const list = el.querySelector(".entries");
  const key = JSON.stringify(entries);
  if (list.dataset.key === key) return;
  const open = new Set([...list.querySelectorAll("details[open]")].map((d) => d.dataset.id));
  list.dataset.key = key;
  list.replaceChildren(...(entries.length ? entries.map(book.row) : [h("li", { class: "note" }, t("log.empty"))]));
  for (const d of list.querySelectorAll("details")) d.open = open.has(d.dataset.id);
}

const time = (at) => h("time", {}, logTime(new Date(at)));

const badge = (text, kind) => h("span", { class: "badge", "data-kind": kind }, text);

// entry is one line of a book that opens to its details.
const entry = (id, line, details) => h("li", {}, h("details", { "data-id": id }, h("summary", {}, line), details));

const facts = (pairs) => h("dl", {}, pairs.filter(([, v]) => v).flatMap(([k, v]) => [h("dt", {}, k), h("dd", {}, String(v))]));

function ledgerRow(a) {
  return entry(a.mid, [
    time(a.at), badge(a.tag || a.messaging_type, a.window ? "good" : "warn"), a.answer && badge(a.answer, "bad"),
    h("span", { class: "clip" }, a.text || t("log.attachment")),
  ], facts([["mid", a.mid], ["psid", a.psid], ["metadata", a.metadata], ["attempt", a.attempt], ["call", a.call]]));
}

const deliveryKind = { delivered: "good", queued: "", retrying: "warn", dropped: "bad", unwanted: "", no_callback: "" };

function deliveryRow(d) {
  const again = () => act(() => api.post("redeliver", { id: d.id }));
  return entry(d.id, [
    time(d.at), badge(t(`delivery.${d.state}`), deliveryKind[d.state]), h("span", { class: "clip" }, d.fields.join(", ")),
    d.attempts.length > 1 && h("span", { class: "count" }, `${d.attempts.length}×`),
  ], [
    h("ul", { class: "attempts" }, d.attempts.map((a) => h("li", {}, time(a.at), ` ${a.status || a.error}`))),
    h("pre", {}, d.body),
    h("button", { type: "button", class: "plain", onclick: again }, t("log.redeliver")),
  ]);
}

function callRow(c) {
  const kind = c.status === 0 ? "bad" : c.status < 400 ? "good" : "warn";
  return entry(c.trace, [
    time(c.at), badge(c.status || t("log.no_answer"), kind), c.error && badge(c.error, "warn"),
    h("span", { class: "clip" }, `${c.method} ${c.name}`),
  ], facts([["path", c.path], ["fault", c.fault], ["trace", c.trace]]));
}

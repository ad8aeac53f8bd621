// Who plays: the pages and the people, and the way to add more of both.

import { api, media } from "./api.js";
import { ask } from "./dialog.js";
import { $, h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { act, choose, currentPage, fullName } from "./store.js";
import { showView } from "./view.js";

let drawn = "";

export function drawCast(store) {
  const { pages, people } = store.state;
  const key = JSON.stringify([document.documentElement.lang, pages.map(pageKey), people, store.page, store.person]);
  if (key === drawn) return;
  drawn = key;
  $("cast").replaceChildren(
    group("cast.pages", pages.map((p) => pageRow(p, store)), "cast.add_page", addPage),
    group("cast.people", people.map((p) => personRow(p, store)), "cast.add_person", addPerson),
  );
}

// play goes to the chat of who was chosen.
function play(choice) {
  showView("chat");
  return choose(choice);
}

const pageKey = (p) => [p.id, p.name, p.category, p.token_error, p.disabled_at, p.failing_since];

function group(title, rows, addText, add) {
  return h("section", { class: "group" },
    h("h2", {}, t(title)),
    h("ul", {}, rows),
    h("button", { type: "button", class: "add", onclick: add }, icon("plus"), t(addText)));
}

function row(chosen, picture, name, note, onclick) {
  return h("li", {},
    h("button", { type: "button", class: "row", "aria-pressed": String(chosen), onclick },
      picture, h("span", { class: "row-text" }, h("strong", {}, name), h("small", {}, note))));
}

function pageRow(p, store) {
  return row(p.id === store.page, pageMark(p), p.name, pageNote(p), () => play({ page: p.id }));
}

function pageNote(p) {
  if (p.token_error) return t("page.token_dead", { error: p.token_error });
  if (p.disabled_at) return t("page.disabled");
  if (p.failing_since) return t("page.failing");
  return p.category;
}

function personRow(p, store) {
  const met = p.psids[store.page];
  const note = met ? t("person.known") : t("person.new");
  return row(p.id === store.person, portrait(p), fullName(p), note, () => play({ person: p.id }));
}

export const portrait = (p) => h("img", { class: "avatar", src: media(p.picture), alt: "", width: 36, height: 36 });

// pageMark is the page's initials on a colour that follows from its id.
export function pageMark(p) {
  const letters = p.name.split(/\s+/).map((w) => w[0]).slice(0, 2).join("").toUpperCase();
  const el = h("span", { class: "avatar page-mark", "aria-hidden": "true" }, letters);
  el.style.setProperty("--hue", String([...p.id].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 360, 7)));
  return el;
}

async function addPage() {
  const v = await ask("cast.add_page", [
    { name: "name", label: "field.name", required: true },
    { name: "category", label: "field.category", placeholder: "field.category_example" },
  ]);
  // A new page behaves like one that is connected: the fields are subscribed once the app connects it.
  const page = v && (await act(() => api.post("pages", { ...v, human_agent: true })));
  if (page) await play({ page: page.id });
}

async function addPerson() {
  const v = await ask("cast.add_person", [
    { name: "first_name", label: "field.first_name", required: true },
    { name: "last_name", label: "field.last_name" },
  ]);
  const person = v && (await act(() => api.post("people", v)));
  if (person) await play({ person: person.id });
}

// arrive brings the person by a link or an advertisement.
export async function arrive(store) {
  const v = await ask("arrive.title", [
    { name: "way", label: "arrive.way", options: [["link", "arrive.link"], ["ad", "arrive.ad"]] },
    { name: "ref", label: "arrive.ref", placeholder: "arrive.ref_example" },
    { name: "ad_title", label: "arrive.ad_title", placeholder: "arrive.ad_example", when: (f) => f.way === "ad" },
    { name: "text", label: "arrive.text" },
  ]);
  if (!v) return;
  const ad = v.way === "ad" ? { ad_id: "120210000000001", ad_title: v.ad_title, ad_post: `${currentPage().id}_1` } : {};
  await act(() => api.post("arrive", { page: store.page, person: store.person, ref: v.ref, text: v.text, ...ad }));
}

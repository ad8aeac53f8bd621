// Words come from texts/<language>.json; code carries keys only.

const languages = ["en", "de"];
let texts = {};

export let language = pick();

function pick() {
  const wanted = [localStorage.getItem("language"), ...navigator.languages.map((l) => l.slice(0, 2))];
  return wanted.find((l) => languages.includes(l)) ?? "en";
}

// load reads the catalogue and fills the page's fixed texts.
export async function load(next = language) {
  language = next;
  texts = await (await fetch(`texts/${language}.json`)).json();
  document.documentElement.lang = language;
  document.title = t("app.title");
  for (const el of document.querySelectorAll("[data-t]")) el.textContent = t(el.dataset.t);
  for (const el of document.querySelectorAll("[data-t-label]")) el.setAttribute("aria-label", t(el.dataset.tLabel));
  for (const el of document.querySelectorAll("[data-t-placeholder]")) el.placeholder = t(el.dataset.tPlaceholder);
}

// t returns the words of a key; {name} is replaced from params.
export function t(key, params = {}) {
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => params[name] ?? "");
}

// has says whether the catalogue knows a key.
export const has = (key) => key in texts;

export const clock = (at) => new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(at);

export const clockSeconds = (at) => new Intl.DateTimeFormat(language, { timeStyle: "medium" }).format(at);

export const logTime = (at) => new Intl.DateTimeFormat("de", { timeStyle: "medium" }).format(at); // 24 hours, fixed width

export const day = (at) =>
  new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short" }).format(at);

export const moment = (at) => `${day(at)}, ${clock(at)}`;

export const size = (bytes) =>
  bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;

// What the page knows: the simulator's state, and who talks to whom. Views subscribe; act() is how they change things.

import { api, listen, Refusal } from "./api.js";
import { has, t } from "./i18n.js";
import { $, h } from "./dom.js";

export const store = {
  state: null,
  page: localStorage.getItem("page") ?? "",
  person: localStorage.getItem("person") ?? "",
  connected: true,
  screen: "chat", // or posts
};

const views = [];
let running = false;
let again = false;

// subscribe adds a view: a function that draws from the store.
export const subscribe = (view) => views.push(view);

export const draw = () => store.state && views.forEach((view) => view(store));

export const currentPage = () => store.state?.pages.find((p) => p.id === store.page);

export const currentPerson = () => store.state?.people.find((p) => p.id === store.person);

export const fullName = (p) => [p.first_name, p.last_name].filter(Boolean).join(" ");

// now is the simulated time.
export const now = () => new Date(Date.now() + (store.offset ?? 0));

// choose says who talks to whom.
export function choose(choice) {
  Object.assign(store, choice);
  localStorage.setItem("page", store.page);
  localStorage.setItem("person", store.person);
  return refresh();
}

// refresh reads the state; calls that come meanwhile lead to one more reading.
export async function refresh() {
  if (running) {
    again = true;
    return;
  }
  running = true;
  do {
    again = false;
    await read();
  } while (again);
  running = false;
}

async function read() {
  try {
    const asked = { page: store.page, person: store.person };
    const state = await api.get(`state?page=${asked.page}&person=${asked.person}`);
    const page = state.pages.some((p) => p.id === store.page) ? store.page : (state.pages[0]?.id ?? "");
    const person = state.people.some((p) => p.id === store.person) ? store.person : (state.people[0]?.id ?? "");
    again ||= page !== asked.page || person !== asked.person;
    Object.assign(store, { state, page, person, connected: true, offset: Date.parse(state.now) - Date.now() });
  } catch {
    store.connected = false;
  }
  draw();
}

// act runs a change and shows why it was refused; undefined then.
export async function act(change) {
  try {
    return await change();
  } catch (err) {
    toast(err instanceof Refusal && has(`error.${err.message}`) ? t(`error.${err.message}`) : t("error.internal"));
    return undefined;
  }
}

export function toast(text) {
  const el = h("p", { class: "toast" }, text);
  $("toasts").append(el);
  setTimeout(() => el.remove(), 5000);
}

export function start() {
  listen(refresh, (connected) => {
    if (connected !== store.connected) {
      store.connected = connected;
      draw();
    }
  });
  return refresh();
}

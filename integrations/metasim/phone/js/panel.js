// The platform's side: time, the page, the person, webhooks, and what goes wrong next. Drawn once a language; every
// control then follows the state, so that what somebody is typing stays.

import { api } from "./api.js";
import { $, h } from "./dom.js";
import { clockSeconds, day, language, moment, t } from "./i18n.js";
import { addForm, addQuestion, answerAd, fillIn } from "./leads.js";
import { act, currentPage, currentPerson, now, store, toast } from "./store.js";

let drawnIn = "";
let followers = [];
let errors = [];

// follow has an element follow the state.
function follow(el, update) {
  followers.push(() => update(el));
  return el;
}

// startPanel reads what never changes, and keeps the time running.
export async function startPanel() {
  errors = (await act(() => api.get("errors"))) ?? [];
  setInterval(() => followers[0]?.(), 1000);
}

export function drawPanel() {
  if (drawnIn !== language) {
    drawnIn = language;
    followers = [];
    $("panel").replaceChildren(timeCard(), pageCard(), personCard(), leadCard(), webhookCard(), faultCard(), h("div", { id: "logs" }));
    store.logsDrawn = "";
  }
  followers.forEach((update) => update());
}

const card = (title, ...rows) => h("section", { class: "card" }, h("h2", {}, t(title)), rows);

const button = (text, onclick, kind = "plain") => h("button", { type: "button", class: kind, onclick }, t(text));

const line = (text, control) => h("label", { class: "line" }, h("span", {}, t(text)), control);

const changePage = (change) => act(() => api.patch(`pages/${store.page}`, change));

const changeThread = (change) => act(() => api.patch(`threads/${store.page}/${store.person}`, change));

// toggle is a switch that shows what is(state) says.
function toggle(text, is, set) {
  const input = h("input", { type: "checkbox", role: "switch", onchange: (e) => set(e.target.checked) });
  return line(text, follow(input, (el) => (el.checked = is())));
}

// choice is a select of [value, label] that shows what is(state) says.
function choice(text, options, is, set) {
  const select = h("select", { onchange: (e) => set(e.target.value) },
    options.map(([value, label]) => h("option", { value }, label)));
  return line(text, follow(select, (el) => {
    const value = is() ?? "";
    if (![...el.options].some((o) => o.value === value)) el.append(h("option", { value }, value));
    el.value = value;
  }));
}

function timeCard() {
  const time = follow(h("p", { class: "big-time" }), (el) => (el.textContent = `${day(now())}, ${clockSeconds(now())}`));
  const windowNote = follow(h("p", { class: "note" }), (el) => {
    const { text, open } = windowText();
    el.textContent = text;
    el.dataset.open = open;
  });
  const jump = (text, by) => follow(button(text, () => act(() => api.post("advance", { by }))),
    (el) => (el.disabled = !store.state.can_shift));
  const fixed = follow(h("p", { class: "note" }, t("time.fixed")), (el) => (el.hidden = store.state.can_shift));
  return card("time.title", time, windowNote,
    h("div", { class: "thirds" }, jump("time.hour", "1h"), jump("time.day", "25h"), jump("time.week", "192h")), fixed);
}

// windowText says until when the page may answer, the way the platform decides it.
function windowText() {
  const { thread } = store.state;
  if (!thread?.window_until) return { text: t("window.none"), open: "no" };
  const until = new Date(thread.window_until);
  if (until > now()) return { text: t("window.open", { until: moment(until) }), open: "yes" };
  const human = new Date(Date.parse(thread.last_message_at) + 7 * 24 * 3600 * 1000);
  if (human > now()) return { text: t("window.human", { until: moment(human) }), open: "human" };
  return { text: t("window.closed"), open: "no" };
}

function pageCard() {
  const answer = h("input", { type: "text", placeholder: t("inbox.placeholder"), "aria-label": t("inbox.title") });
  const dead = [460, 463, 458, 467, 492].map((sub) => [`190/${sub}`, `${t("token.dead")} (190/${sub})`]);
  return card("panel.page",
    h("form", {
      class: "inline", onsubmit: async (e) => {
        e.preventDefault();
        const text = answer.value.trim();
        if (!text) return;
        if (await act(() => api.post("inbox", { page: store.page, person: store.person, text }))) answer.value = "";
      },
    }, answer, h("button", { type: "submit", class: "plain" }, t("inbox.send"))),
    choice("token.title", [["", t("token.alive")], ...dead], () => currentPage()?.token_error,
      (v) => changePage({ token_error: v })),
    choice("echo.title", ["after", "before", "twice", "delayed", "never"].map((m) => [m, t(`echo.${m}`)]),
      () => currentPage()?.echo || "after", (v) => changePage({ echo: v, echo_delay_ms: v === "delayed" ? 30000 : 0 })),
    toggle("page.human_agent", () => currentPage()?.human_agent ?? false, (v) => changePage({ human_agent: v })),
    toggle("page.reads", () => !currentPage()?.no_reads, (v) => changePage({ no_reads: !v })),
    follow(h("p", { class: "note" }), (el) => (el.textContent = subscriptionText())),
    copyable("page.id", () => currentPage()?.id), copyable("page.token", () => currentPage()?.token));
}

// copyable shows a value that is wanted elsewhere, to connect the page.
function copyable(text, value) {
  const copy = () => navigator.clipboard.writeText(value()).then(() => toast(t("page.copied")), () => {});
  return h("p", { class: "line" }, h("span", {}, t(text)),
    follow(h("button", { type: "button", class: "copy", title: t("page.copy"), onclick: copy }), (el) => (el.textContent = value() ?? "")));
}

function subscriptionText() {
  const page = currentPage();
  if (!page) return "";
  if (page.disabled_at) return t("subscription.disabled", { at: moment(new Date(page.disabled_at)) });
  if (page.failing_since) return t("subscription.failing", { at: moment(new Date(page.failing_since)) });
  const n = page.subscribed_fields?.length ?? 0;
  return n ? t("subscription.fields", { n }) : t("subscription.none");
}

function personCard() {
  const thread = () => store.state.thread;
  return card("panel.person",
    choice("blocked.title", [["", t("blocked.no")], ["551/1545041", t("blocked.yes", { error: "551" })],
      ["200/1545041", t("blocked.yes", { error: "200" })]], () => thread()?.unavailable, (v) => changeThread({ unavailable: v })),
    choice("profile.title", ["shown", "empty", "hidden", "phone", "refused"].map((m) => [m, t(`profile.${m}`)]),
      () => currentPerson()?.profile || "shown", (v) => act(() => api.patch(`people/${store.person}`, { profile: v }))),
    toggle("owner.title", () => !!thread()?.owner_app, (v) => changeThread({ owner_app: v ? "200000000000001" : "" })));
}

function leadCard() {
  const list = follow(h("ul", { class: "faults" }), (el) => {
    const key = JSON.stringify(store.state.forms);
    if (el.dataset.key === key) return;
    el.dataset.key = key;
    el.replaceChildren(...store.state.forms.map((f) => h("li", {},
      h("span", {}, t("lead.form", { name: f.name, n: f.leads })), button("lead.fill_in", () => fillIn(f), "link"),
      button("lead.add_question", () => addQuestion(f), "link"))));
  });
  return card("lead.title", list,
    h("div", { class: "actions" }, button("lead.add_form", addForm), button("lead.chat", answerAd)),
    choice("lead.access", ["", "manager", "task", "scope"].map((m) => [m, t(`lead.access_${m || "open"}`)]),
      () => currentPage()?.lead_access, (v) => changePage({ lead_access: v })),
    toggle("lead.ad_names", () => !currentPage()?.no_ad_names, (v) => changePage({ no_ad_names: !v })));
}

function webhookCard() {
  const settings = (change) => act(() => api.patch("webhooks", change));
  const release = (text, body) => follow(button(text, () => act(() => api.post("release", body))),
    (el) => (el.disabled = store.state.webhooks.pending === 0));
  return card("panel.webhooks",
    toggle("webhooks.hold", () => store.state.webhooks.hold, (v) => (v ? settings({ hold: true }) : act(() => api.post("release")))),
    toggle("webhooks.twice", () => store.state.webhooks.copies > 1, (v) => settings({ copies: v ? 2 : 1 })),
    follow(h("p", { class: "note" }), (el) => {
      const { pending, hold } = store.state.webhooks;
      el.textContent = !store.state.app.callback_url ? t("webhooks.no_callback")
        : t(hold ? "webhooks.held" : "webhooks.waiting", { n: pending });
    }),
    h("div", { class: "actions" }, release("release.order", {}), release("release.reverse", { order: "reverse" }),
      release("release.shuffle", { order: "shuffle" }), release("release.batch", { batch: 1000 })));
}

// outcomes are the faults that are no error of the catalogue.
const outcomes = {
  accepted_hang: { answer: "hang", accept: true },
  accepted_drop: { answer: "drop", accept: true },
  accepted_html: { answer: "html", accept: true },
  accepted_empty: { answer: "empty", accept: true },
  cut: { answer: "cut" },
  no_id: { answer: "no_id" },
  slow: { answer: "slow" },
  hang: { answer: "hang" },
  drop: { answer: "drop" },
};

function faultCard() {
  const select = h("select", { "aria-label": t("fault.title") },
    h("optgroup", { label: t("fault.unclear") }, Object.keys(outcomes).map((o) => h("option", { value: o }, t(`fault.${o}`)))),
    h("optgroup", { label: t("fault.errors") }, errors.map((e) => {
      const ref = [e.code, e.subcode].filter(Boolean).join("/");
      return h("option", { value: ref }, `${ref}  ${e.message.slice(0, 60)}`);
    })));
  const arm = async () => {
    const fault = outcomes[select.value] ?? { answer: "error", error: select.value };
    if (await act(() => api.post("faults", { call: "send", page: store.page, ...fault }))) toast(t("fault.armed"));
  };
  const list = follow(h("ul", { class: "faults" }), drawFaults);
  return card("fault.title", h("div", { class: "inline" }, select, button("fault.arm", arm)), list);
}

function drawFaults(list) {
  const key = JSON.stringify(store.state.faults);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(...store.state.faults.map((f) => h("li", {},
    h("span", {}, faultText(f)), button("fault.remove", () => act(() => api.remove(`faults/${f.id}`)), "link"))));
}

function faultText(f) {
  const known = Object.keys(outcomes).find((o) => outcomes[o].answer === f.answer && !!outcomes[o].accept === f.accept);
  return `${f.call}: ${f.error || (known ? t(`fault.${known}`) : f.answer)}`;
}

// The conversation as it looks on the person's phone.

import { api, media } from "./api.js";
import { arrive, pageMark } from "./cast.js";
import { setMode } from "./composer.js";
import { showScreen } from "./posts.js";
import { $, h, icon } from "./dom.js";
import { clock, day, size, t } from "./i18n.js";
import { menuKeys, openMenu } from "./menu.js";
import { act, currentPage, fullName, store } from "./store.js";

const reactions = ["👍", "❤️", "😆", "😮", "😢", "😠"];
let drawnHead = "";
let drawnThread = "";
let drawnFor = "";
let newest = "";

export function startChat() {
  menuKeys();
  document.addEventListener("visibilitychange", () => store.state && markRead());
}

export function drawChat({ state, page, person, connected }) {
  const thread = state.thread;
  drawHead(thread);
  // Links to media are signed anew on every reading; they are no change.
  const key = JSON.stringify([document.documentElement.lang, thread, page, person, connected]).replace(/\?oe=\w+&oh=\w+/g, "");
  if (key === drawnThread) return;
  drawnThread = key;
  const list = $("thread");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  list.replaceChildren(...rows(thread?.messages ?? []), ...(thread?.typing ? [typing()] : []));
  if (!thread?.messages.length) list.append(empty());
  drawQuickReplies(thread);
  const last = thread?.messages.at(-1);
  const justWrote = last && !last.from_page && last.mid !== newest;
  if (atEnd || justWrote || drawnFor !== page + person) stayAtEnd(list);
  drawnFor = page + person;
  newest = last?.mid ?? "";
  markRead();
}

// stayAtEnd shows the newest message, also once the pictures above it have their size.
function stayAtEnd(list) {
  const end = () => (list.scrollTop = list.scrollHeight);
  end();
  for (const img of list.querySelectorAll("img")) if (!img.complete) img.addEventListener("load", end, { once: true });
}

function drawHead(thread) {
  const page = currentPage();
  const note = !store.connected ? t("chat.offline") : thread?.typing ? t("chat.typing") : (page?.category ?? "");
  const posts = store.screen === "posts";
  const key = JSON.stringify([document.documentElement.lang, page?.id, page?.name, note, posts]);
  if (key === drawnHead) return;
  drawnHead = key;
  $("chat-head").replaceChildren(
    ...(page
      ? [
          pageMark(page),
          h("div", { class: "chat-title" }, h("strong", {}, page.name), h("small", {}, note)),
          h("button", { type: "button", class: "round", "aria-label": t(posts ? "post.back" : "post.open"),
            title: t(posts ? "post.back" : "post.open"), onclick: () => showScreen(posts ? "chat" : "posts") },
          icon(posts ? "reply" : "photo")),
          h("button", { type: "button", class: "round", "aria-label": t("arrive.title"), title: t("arrive.title"),
            onclick: () => arrive(store) }, icon("link")),
        ]
      : [h("strong", {}, t("chat.no_page"))]));
}

function empty() {
  const who = store.state.people.find((p) => p.id === store.person);
  const text = !currentPage() ? t("chat.no_page_hint") : !who ? t("chat.no_person_hint") : t("chat.empty", {
    person: fullName(who), page: currentPage().name,
  });
  return h("li", { class: "empty" }, text);
}

function rows(messages) {
  const out = [];
  const byID = new Map(messages.map((m) => [m.mid, m]));
  messages.forEach((m, i) => {
    const before = messages[i - 1];
    const next = messages[i + 1];
    if (!before || day(new Date(before.at)) !== day(new Date(m.at))) {
      out.push(h("li", { class: "day" }, day(new Date(m.at))));
    }
    out.push(bubbleRow(m, byID.get(m.reply_to), !next || next.from_page !== m.from_page));
  });
  return out;
}

function bubbleRow(m, answered, last) {
  const side = m.from_page ? "theirs" : "mine";
  return h("li", { class: `message ${side}${last ? " last" : ""}`, "data-mid": m.mid },
    h("div", { class: "bubble-line" },
      h("div", { class: "bubble-stack" },
        m.reply_to && h("p", { class: "quote" }, answered ? summary(answered) : t("chat.earlier")),
        m.deleted ? h("p", { class: "bubble deleted" }, t("chat.unsent")) : content(m),
        reactionBadge(m)),
      !m.deleted && h("button", { type: "button", class: "round more", "aria-label": t("chat.actions"),
        "aria-haspopup": "menu", onclick: (e) => messageMenu(e.currentTarget, m) }, icon("more"))),
    h("p", { class: "meta" },
      m.edits > 0 && !m.deleted ? `${t("chat.edited")} · ` : "",
      m.app_id === "263902037430900" ? `${t("chat.from_inbox")} · ` : "",
      clock(new Date(m.at)), !m.from_page && tick(m)));
}

function content(m) {
  return h("div", { class: "content" },
    m.attachments.map(attachment),
    m.text && h("p", { class: "bubble" }, m.text),
    m.buttons?.length > 0 && h("div", { class: "buttons" }, m.buttons.map((b) => templateButton(b))));
}

function templateButton(b) {
  if (b.type === "web_url") return h("span", { class: "template-button" }, b.title);
  return h("button", { type: "button", class: "template-button", onclick: () =>
    act(() => api.post("tap", { page: store.page, person: store.person, title: b.title, payload: b.payload ?? "" })),
  }, b.title);
}

export function attachment(a) {
  const src = a.path && media(a.path);
  if (src && a.type === "sticker") return h("img", { class: "sticker", src, alt: t("kind.sticker") });
  if (src && a.type === "image") {
    return h("a", { href: src, target: "_blank", rel: "noreferrer" }, h("img", { class: "picture", src, alt: a.name }));
  }
  if (src && a.type === "audio") return h("audio", { controls: true, preload: "none", src });
  const kind = t(["video", "file", "audio", "image"].includes(a.type) ? `kind.${a.type}` : "kind.other", { type: a.type });
  const body = [icon(a.type === "video" ? "video" : "file"),
    h("span", { class: "row-text" }, h("strong", {}, a.title || a.name || kind), h("small", {}, src ? `${kind}, ${size(a.size)}` : kind))];
  return src ? h("a", { class: "tile", href: src, target: "_blank", rel: "noreferrer" }, body) : h("div", { class: "tile" }, body);
}

function reactionBadge(m) {
  const set = Object.values(m.reactions);
  return set.length > 0 && h("span", { class: "reactions" }, set.join(""));
}

// tick says how far a message of the person has come.
function tick(m) {
  const [state, name] = m.read ? ["seen", "checks"] : m.told ? ["delivered", "checks"] : ["waiting", "clock"];
  const label = t(`tick.${state}`);
  return h("span", { class: `tick ${state}`, role: "img", "aria-label": label, title: label }, icon(name));
}

function typing() {
  return h("li", { class: "message theirs last" },
    h("p", { class: "bubble typing", "aria-label": t("chat.typing") }, h("i"), h("i"), h("i")));
}

// summary is one line of a message, for quotes.
export function summary(m) {
  if (m.deleted) return t("chat.unsent");
  return m.text || t(`kind.${["image", "video", "audio", "file", "sticker"].includes(m.attachments[0]?.type) ? m.attachments[0].type : "other"}`, { type: m.attachments[0]?.type });
}

function messageMenu(anchor, m) {
  const entries = [{ icon: "reply", text: t("chat.reply"), act: () => setMode({ kind: "reply", message: m }) }];
  if (!m.from_page) {
    if (m.text) entries.push({ icon: "edit", text: t("chat.edit"), act: () => setMode({ kind: "edit", message: m }) });
    entries.push({ icon: "trash", text: t("chat.unsend"), danger: true, act: () => act(() => api.post("unsend", { mid: m.mid })) });
  }
  openMenu(anchor, entries, reactions.map((emoji) => {
    const on = m.reactions.person === emoji;
    return { text: emoji, on, label: `${t("chat.react")} ${emoji}`,
      act: () => act(() => api.post("react", { mid: m.mid, emoji: on ? "" : emoji })) };
  }));
}

function drawQuickReplies(thread) {
  const newest = thread?.messages.at(-1);
  const offered = newest?.from_page ? (newest.quick_replies ?? []) : [];
  $("quick-replies").replaceChildren(...offered.map((q) => {
    const text = { user_email: "anna@mail.example", user_phone_number: "+49 151 23456789" }[q.content_type];
    return h("button", { type: "button", onclick: () => act(() => api.post("write", {
      page: store.page, person: store.person, text: text ?? q.title, quick_reply: text ?? q.payload,
    })) }, text ?? q.title);
  }));
}

// markRead tells the page that its messages are seen, while the conversation is open in front of somebody.
function markRead() {
  const unread = store.screen === "chat" && store.state.thread?.messages.some((m) => m.from_page && !m.read);
  if (unread && document.visibilityState === "visible") {
    act(() => api.post("read", { page: store.page, person: store.person }));
  }
}

// Writing: text, reply, edit, and everything that can be attached.

import { api } from "./api.js";
import { summary } from "./chat.js";
import { $, h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { openMenu } from "./menu.js";
import { submitComment, target } from "./posts.js";
import { act, store } from "./store.js";

let mode = null; // {kind: "reply" | "edit", message}, or under posts {kind: "comment" | "answer" | "comment_edit", post, comment}

const icons = { comment: "reply", answer: "reply", comment_edit: "edit" };

export function startComposer() {
  $("attach").append(icon("plus"));
  $("send").append(icon("send"));
  $("attach").addEventListener("click", attachMenu);
  $("composer").addEventListener("submit", (e) => {
    e.preventDefault();
    submit();
  });
  $("text").addEventListener("input", grow);
  $("text").addEventListener("keydown", (e) => {
    if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
      e.preventDefault();
      submit();
    }
    if (e.key === "Escape" && mode) setMode(null);
  });
  $("file").addEventListener("change", sendFile);
}

function grow() {
  const text = $("text");
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 140)}px`;
}

// setMode makes the next text a reply to a message, or its new words.
export function setMode(next) {
  mode = next;
  const bar = $("composer-mode");
  bar.hidden = !mode;
  bar.replaceChildren(...(mode ? [
    icon(icons[mode.kind] ?? mode.kind),
    h("span", { class: "row-text" }, h("strong", {}, t(`composer.${mode.kind}`)),
      h("small", {}, mode.message ? summary(mode.message) : target(mode))),
    h("button", { type: "button", class: "round", "aria-label": t("dialog.cancel"), onclick: () => setMode(null) }, icon("close")),
  ] : []));
  $("text").value = mode?.kind === "edit" ? mode.message.text : mode?.kind === "comment_edit" ? mode.comment.text : "";
  grow();
  $("text").focus();
}

async function submit() {
  const text = $("text").value.trim();
  if (!text) return;
  if (store.screen === "posts") {
    await submitComment(mode, text);
    return;
  }
  const done = mode?.kind === "edit"
    ? await act(() => api.post("edit", { mid: mode.message.mid, text }))
    : await write({ text });
  if (done) setMode(null);
}

const write = (message) => act(() => api.post("write", {
  page: store.page, person: store.person, reply_to: mode?.kind === "reply" ? mode.message.mid : "", ...message,
}));

function attachMenu(e) {
  if (store.screen === "posts") {
    const under = (type, attach, name) => ({ icon: name, text: t(`attach.${type}`), act: () => submitComment(mode, "", { attach }) });
    openMenu(e.currentTarget, [under("image", "photo", "photo"), under("video", "video", "video"), under("sticker", "sticker", "smile")]);
    return;
  }
  const sample = (type, name) => ({ icon: name, text: t(`attach.${type}`), act: () => write({ attachments: [{ type }] }) });
  openMenu(e.currentTarget, [
    sample("image", "photo"), sample("audio", "mic"), sample("video", "video"), sample("file", "file"),
    sample("sticker", "smile"),
    { icon: "upload", text: t("attach.own"), act: () => $("file").click() },
  ]);
}

async function sendFile() {
  const [file] = $("file").files;
  $("file").value = "";
  if (!file) return;
  const stored = await act(() => api.upload(file));
  if (!stored) return;
  const kind = stored.type.split("/")[0];
  await write({ attachments: [{ type: ["image", "audio", "video"].includes(kind) ? kind : "file", file: stored.id }] });
}

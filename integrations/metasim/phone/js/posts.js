// The page's posts as the person sees them, with everything that is written under them.

import { api, media } from "./api.js";
import { pageMark, portrait } from "./cast.js";
import { attachment, summary } from "./chat.js";
import { setMode } from "./composer.js";
import { ask } from "./dialog.js";
import { $, h, icon } from "./dom.js";
import { clock, day, t } from "./i18n.js";
import { openMenu } from "./menu.js";
import { act, currentPage, draw, fullName, store } from "./store.js";

let drawn = "";

// showScreen changes between the messages and the posts.
export function showScreen(screen) {
  store.screen = screen;
  setMode(screen === "posts" ? commentOn(store.state.posts[0]) : null);
  drawn = "";
  draw();
}

const commentOn = (post, comment) => (post ? { kind: comment ? "answer" : "comment", post, comment } : null);

export function drawPosts({ state, page, screen }) {
  const open = screen === "posts";
  $("posts").hidden = !open;
  $("thread").hidden = open;
  $("quick-replies").hidden = open;
  if (!open) return;
  const key = JSON.stringify([document.documentElement.lang, state.posts, state.people, page]).replace(/\?oe=\w+&oh=\w+/g, "");
  if (key === drawn) return;
  drawn = key;
  $("posts").replaceChildren(
    ...state.posts.map(postCard),
    ...(state.posts.length ? [] : [h("p", { class: "empty" }, t("post.none"))]),
    ...(page ? [h("button", { type: "button", class: "add", onclick: addPost }, icon("plus"), t("post.add"))] : []));
}

function postCard(p) {
  const author = p.person ? personOf(p.person) : null;
  const top = p.comments.filter((c) => !c.parent);
  return h("article", { class: "post" },
    h("header", { class: "post-head" },
      author ? portrait(author) : pageMark(currentPage()),
      h("div", { class: "row-text" }, h("strong", {}, author ? fullName(author) : currentPage().name),
        h("small", {}, `${day(new Date(p.at))}, ${clock(new Date(p.at))}`))),
    p.text && h("p", { class: "post-text" }, p.text),
    p.title && h("p", { class: "tile" }, icon("link"), p.title),
    p.files.length > 0 && h("div", { class: "post-pictures" }, p.files.map((f) => h("img", { class: "picture", src: media(f.path), alt: f.name }))),
    h("button", { type: "button", class: "plain", onclick: () => setMode(commentOn(p)) }, t("post.comment")),
    h("ol", { class: "post-comments" }, top.flatMap((c) => [
      row(p, c), ...p.comments.filter((x) => x.parent === c.id).map((x) => row(p, x, true)),
    ])));
}

const personOf = (id) => store.state.people.find((p) => p.id === id);

function row(post, c, nested) {
  const who = c.person ? personOf(c.person) : null;
  const notes = [c.edits > 0 && t("chat.edited"), c.hidden && t("post.hidden"), c.liked && t("post.liked"),
    c.answered && t("post.private")].filter(Boolean);
  return h("li", { class: `post-comment${nested ? " nested" : ""}${c.hidden ? " is-hidden" : ""}` },
    who ? portrait(who) : pageMark(currentPage()),
    h("div", { class: "post-words" },
      h("div", { class: "bubble" }, h("strong", {}, who ? fullName(who) : currentPage().name),
        c.removed ? h("p", { class: "deleted" }, t("post.removed")) : c.text && h("p", {}, c.text)),
      !c.removed && c.file && attachment({ ...c.file, type: c.file.type === "photo" ? "image" : c.file.type }),
      h("p", { class: "meta" }, [clock(new Date(c.at)), ...notes].join(" · "))),
    !c.removed && h("button", { type: "button", class: "round more", "aria-label": t("chat.actions"), "aria-haspopup": "menu",
      onclick: (e) => menu(e.currentTarget, post, c) }, icon("more")));
}

function menu(anchor, post, c) {
  const entries = [{ icon: "reply", text: t("chat.reply"), act: () => setMode(commentOn(post, c)) }];
  if (c.person === store.person) {
    if (c.text) entries.push({ icon: "edit", text: t("chat.edit"), act: () => setMode({ kind: "comment_edit", post, comment: c }) });
    entries.push({ icon: "trash", text: t("post.remove"), danger: true, act: () => act(() => api.post("comment-remove", { id: c.id })) });
  }
  if (c.person) {
    entries.push({ icon: "close", text: t(c.hidden ? "post.show" : "post.hide"),
      act: () => act(() => api.post("comment-change", { id: c.id, hidden: !c.hidden })) });
  }
  openMenu(anchor, entries);
}

async function addPost() {
  const v = await ask("post.add", [{ name: "text", label: "post.text", required: true }]);
  if (v) await act(() => api.post("posts", { page: store.page, text: v.text, pictures: 1 }));
}

// submitComment writes what the composer holds under a post; attached is photo, video or sticker.
export async function submitComment(mode, text, attached = {}) {
  if (!mode) return undefined;
  const done = mode.kind === "comment_edit"
    ? await act(() => api.post("comment-change", { id: mode.comment.id, text }))
    : await act(() => api.post("comment", {
      post: mode.post.id, parent: mode.comment?.id ?? "", person: store.person, text, ...attached,
    }));
  if (done) setMode(commentOn(mode.post));
  return done;
}

// target is one line of what the composer is about to answer.
export const target = (mode) =>
  mode.comment ? mode.comment.text || summary({ attachments: [mode.comment.file ?? {}] }) : mode.post.text;

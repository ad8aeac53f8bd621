// One popover menu, opened at the element it belongs to.

import { $, h, icon } from "./dom.js";

// openMenu shows entries {icon, text, act} below a row of extra buttons.
export function openMenu(anchor, entries, extra = []) {
  const menu = $("menu");
  const run = (act) => () => {
    menu.hidePopover();
    act();
  };
  menu.replaceChildren(
    ...(extra.length ? [h("div", { class: "menu-row" }, extra.map((e) =>
      h("button", { type: "button", onclick: run(e.act), "aria-label": e.label, "aria-pressed": String(!!e.on) }, e.text)))] : []),
    ...entries.map((e) =>
      h("button", { type: "button", class: e.danger ? "danger" : "", onclick: run(e.act) }, icon(e.icon), e.text)),
  );
  menu.showPopover();
  place(menu, anchor);
  menu.querySelector("button")?.focus();
}

function place(menu, anchor) {
  const gap = 6;
  const a = anchor.getBoundingClientRect();
  const m = menu.getBoundingClientRect();
  const left = Math.max(gap, Math.min(a.left, innerWidth - m.width - gap));
  const below = a.bottom + gap + m.height <= innerHeight;
  menu.style.left = `${left}px`;
  menu.style.top = `${below ? a.bottom + gap : Math.max(gap, a.top - m.height - gap)}px`;
}

// menuKeys moves between the entries with the arrow keys.
export function menuKeys() {
  $("menu").addEventListener("keydown", (e) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    e.preventDefault();
    const buttons = [...$("menu").querySelectorAll("button")];
    const next = buttons.indexOf(document.activeElement) + step;
    buttons[(next + buttons.length) % buttons.length].focus();
  });
}

// One dialog for every question with a few fields.

import { $, h } from "./dom.js";
import { t } from "./i18n.js";

// ask shows the fields and resolves to their values by name, or to undefined when the dialog is left. A field with
// `when` is shown only while that holds for the values.
export function ask(title, fields) {
  const dialog = $("dialog");
  const { promise, resolve } = Promise.withResolvers();
  const labels = fields.map((f) => h("label", { class: "field" }, h("span", {}, t(f.label)), control(f)));
  const values = () => Object.fromEntries(fields.map((f, i) => [f.name, labels[i].lastChild.value.trim()]));
  const show = () => fields.forEach((f, i) => (labels[i].hidden = f.when ? !f.when(values()) : false));
  const done = (v) => {
    resolve(v);
    dialog.close();
  };
  dialog.replaceChildren(
    h("form", {
      oninput: show,
      onsubmit: (e) => {
        e.preventDefault();
        done(values());
      },
    },
    h("h2", { id: "dialog-title" }, t(title)),
    labels,
    h("div", { class: "actions" },
      h("button", { type: "button", class: "plain", onclick: () => done() }, t("dialog.cancel")),
      h("button", { type: "submit", class: "primary" }, t("dialog.ok")))));
  dialog.setAttribute("aria-labelledby", "dialog-title");
  dialog.oncancel = () => resolve();
  show();
  dialog.showModal();
  return promise;
}

function control(f) {
  if (f.options) {
    return h("select", {}, f.options.map(([value, label]) => h("option", { value }, t(label))));
  }
  return h("input", {
    type: "text", required: f.required ?? false, placeholder: f.placeholder ? t(f.placeholder) : "", maxLength: 200,
  });
}

// Lead ads: the page's forms, which the person fills in; and the ad whose questions are asked in the conversation.

import { api } from "./api.js";
import { ask } from "./dialog.js";
import { t } from "./i18n.js";
import { act, currentPerson, fullName, store, toast } from "./store.js";

// samples are what a field is given when it is left empty.
function sample(question) {
  const person = currentPerson();
  const name = person ? fullName(person) : "";
  const mail = `${name.toLowerCase().replace(/[^a-z]+/g, ".").replace(/^\.|\.$/g, "") || "somebody"}@mail.example`;
  return { FULL_NAME: name, FIRST_NAME: person?.first_name, LAST_NAME: person?.last_name, EMAIL: mail, PHONE: "+49 151 23456789" }[question.type] ?? "";
}

// fillIn submits a form in the person's name.
export async function fillIn(form) {
  const fields = form.questions.map((q) => ({
    name: q.key, label: q.label || q.key,
    options: q.options?.length ? q.options.map((o) => [o.key, o.value]) : undefined, placeholder: sample(q),
  }));
  const v = await ask(form.name, [...fields,
    { name: "_when", label: "lead.when", options: [["now", "lead.now"], ["soon", "lead.soon"], ["late", "lead.late"], ["lost", "lead.lost"]] },
    { name: "_sort", label: "lead.sort", options: [["ad", "lead.by_ad"], ["organic", "lead.organic"], ["test", "lead.test"]] },
  ]);
  if (!v) return;
  const answers = form.questions.map((q) => ({ name: q.key, values: [v[q.key] || (v._sort === "test" ? "" : sample(q))] }))
    .filter((a) => a.values[0]);
  const lead = await act(() => api.post("leads", {
    form: form.id, answers, test: v._sort === "test", organic: v._sort === "organic", lost: v._when === "lost",
    readable_after_ms: { soon: 3000, late: 60000 }[v._when] ?? 0,
  }));
  if (lead) toast(t("lead.submitted"));
}

// ask for one question more, as advertisers do without telling anybody.
export async function addQuestion(form) {
  const v = await ask("lead.add_question", [{ name: "label", label: "lead.question", required: true }]);
  if (!v) return;
  const key = v.label.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_").replace(/^_|_$/g, "");
  await act(() => api.patch(`forms/${form.id}`, { questions: [...form.questions, { key, label: v.label, type: "CUSTOM" }] }));
}

export async function addForm() {
  const v = await ask("lead.add_form", [{ name: "name", label: "field.name", required: true }]);
  if (v) await act(() => api.post("forms", { page: store.page, name: v.name }));
}

// answerAd answers the questions of an ad in the conversation.
export async function answerAd() {
  const v = await ask("lead.chat", [
    { name: "ad_title", label: "arrive.ad_title", placeholder: "arrive.ad_example" },
    { name: "question", label: "lead.question", required: true },
    { name: "answer", label: "lead.answer", required: true },
  ]);
  if (!v) return;
  await act(() => api.post("chat-leads", {
    page: store.page, person: store.person, ad_title: v.ad_title, answers: [{ question: v.question, answer: v.answer }],
  }));
}

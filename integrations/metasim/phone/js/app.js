// The phone simulator: one plays the customer who writes to a page. Start here; store.js holds what is known.

import { drawCast } from "./cast.js";
import { drawChat, startChat } from "./chat.js";
import { startComposer } from "./composer.js";
import { $, icon } from "./dom.js";
import { clock, language, load } from "./i18n.js";
import { drawPanel, startPanel } from "./panel.js";
import { drawPosts } from "./posts.js";
import { drawLogs } from "./logs.js";
import { draw, now, start, subscribe } from "./store.js";
import { showView } from "./view.js";

function startBar() {
  for (const tab of document.querySelectorAll(".tabs button")) {
    tab.addEventListener("click", () => showView(tab.dataset.view));
  }
  showView("chat");
  const languages = document.querySelectorAll(".language button");
  const mark = () => languages.forEach((b) => b.setAttribute("aria-pressed", String(b.lang === language)));
  for (const b of languages) {
    b.addEventListener("click", async () => {
      localStorage.setItem("language", b.lang);
      await load(b.lang);
      mark();
      draw();
    });
  }
  mark();
}

function startClock() {
  const tick = () => ($("phone-time").textContent = clock(now()));
  subscribe(tick);
  setInterval(tick, 1000);
  $("status-icons").append(icon("signal"), icon("battery"));
}

await load();
startBar();
startClock();
startChat();
startComposer();
await startPanel();
[drawCast, drawChat, drawPosts, drawPanel, drawLogs].forEach(subscribe);
await start();

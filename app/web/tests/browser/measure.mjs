// npm run measure: how fast the program is with many tasks, beside what it may take at most. It passes or fails nothing:
// a machine that does other things at the same time would decide that. TASKS says how many there are (10000).
import { openBrowser, openPage, signIn, until } from './support.mjs';
import { startSandbox } from '../../scripts/kontor.mjs';

const tasks = Number(process.env.TASKS ?? 10_000);
const switches = 50;
const budget = { bytes: 300_000, switch: 100, frames: 60 };

/** Asks the API with the session of a page, without going through the page. */
async function caller(page, url) {
  const cookie = (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
  return async (path, body) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { Cookie: cookie, Origin: url, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
}

const number = (n) => String(n).padStart(5, '0');

/** Makes the tasks; those on top of the list have a conversation. */
async function seed(call) {
  let next = 0;
  const one = async () => {
    while (next < tasks) {
      const n = next++;
      const task = await call('/tasks', { title: `Order ${number(n)} has not arrived`, tags: n % 3 ? [] : ['parcel'] });
      if (n < tasks - 2 * switches) continue;
      for (let i = 0; i < 12; i++) {
        await call(`/tasks/${task.id}/comments`, { text: `About order ${number(n)}, note ${i}.`, visibility: 'internal' });
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, one));
}

/** The bytes that come over the line until a page has all it asks for, headers included. */
async function firstLoad(browser, url, encoding, who) {
  const page = await openPage(browser, url);
  if (who) await signIn(page, who);
  const context = page.context();
  const cold = await context.newPage();
  if (who) await page.goto('about:blank');
  const line = await context.newCDPSession(cold);
  await line.send('Network.enable');
  await line.send('Network.setCacheDisabled', { cacheDisabled: true });
  await line.send('Network.setExtraHTTPHeaders', { headers: { 'Accept-Encoding': encoding } });
  let [bytes, requests, last] = [0, 0, Date.now()];
  line.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests += 1;
    last = Date.now();
  });
  const began = Date.now();
  await cold.goto(who ? '/tasks' : '/');
  await cold.locator(who ? 'a[id^=task-]' : 'input[name=email]').first().waitFor();
  const shown = { after: Date.now() - began, bytes };
  await until('the page has all it asks for', () => Date.now() - last > 1500);
  await context.close();
  return { bytes, requests, shown };
}

function portion(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

/** From a key to the frame in which the next task's conversation is painted. */
async function switching(page) {
  await page.goto('/tasks');
  await page.locator('a[id^=task-]').first().click();
  await page.getByRole('log').getByText(/note 11/).waitFor();
  await page.waitForTimeout(1000);
  await page.evaluate(() => {
    window.measured = [];
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- it runs in the page
    const shown = () => document.querySelector('[role=log]')?.textContent.match(/order (\d{5}), note 11/)?.[1];
    document.addEventListener(
      'keydown',
      (event) => {
        const before = shown();
        const look = () => {
          const now = shown();
          // After the frame in which it stands there: what is posted from it runs when it is drawn.
          if (now && now !== before) setTimeout(() => window.measured.push(performance.now() - event.timeStamp));
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      },
      true,
    );
  });
  for (let i = 0; i < switches; i++) {
    await page.keyboard.press(i < switches * 0.7 ? 'j' : 'k');
    await page.waitForFunction((n) => window.measured.length > n, i);
    await page.waitForTimeout(120); // as fast as somebody reads headlines
  }
  return page.evaluate(() => window.measured);
}

/** Loads rows as scrolling does, then scrolls through them for five seconds, a screen in three frames. */
async function scrolling(page, most) {
  await page.goto('/tasks');
  await page.locator('a[id^=task-]').first().waitFor();
  const began = Date.now();
  const loaded = await page.evaluate(async (wanted) => {
    const body = document.querySelector('section[aria-labelledby=list-title] ul').parentElement;
    const height = document.querySelector('a[id^=task-]').parentElement.getBoundingClientRect().height;
    const count = () => Math.round(body.scrollHeight / height);
    const end = performance.now() + 90_000;
    while (count() < wanted && performance.now() < end) {
      body.scrollTop = body.scrollHeight;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return count();
  }, most);
  const loading = Date.now() - began;
  const frames = await page.evaluate(async () => {
    const body = document.querySelector('section[aria-labelledby=list-title] ul').parentElement;
    body.scrollTop = 0;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const step = body.clientHeight / 3;
    const taken = [];
    const first = performance.now();
    let last = first;
    let way = 1;
    while (last - first < 5000) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      taken.push(now - last);
      last = now;
      if (body.scrollTop + body.clientHeight >= body.scrollHeight - step) way = -1;
      body.scrollTop += way * step;
    }
    return taken.slice(1);
  });
  return { rows: loaded, loading, frames };
}

const row = (what, value, most) => console.log(`| ${what} | ${value} | ${most} |`);
const kB = (n) => `${(n / 1000).toFixed(0)} kB`;
const loaded = ({ shown, bytes, requests }) => `${kB(shown.bytes)} until shown after ${ms(shown.after)}; ${kB(bytes)} in ${requests} requests in all`;
const ms = (n) => `${n.toFixed(0)} ms`;

const sandbox = await startSandbox();
const browser = await openBrowser();
try {
  const page = await openPage(browser, sandbox.url);
  await signIn(page, sandbox);
  const call = await caller(page, sandbox.url);
  await page.goto('about:blank');
  const began = Date.now();
  await seed(call);
  console.error(`${tasks} tasks made in ${((Date.now() - began) / 1000).toFixed(0)} s`);
  row('what', 'measured', 'at most');
  console.log('|---|---|---|');
  for (const encoding of ['br', 'gzip']) {
    const entrance = await firstLoad(browser, sandbox.url, encoding);
    row(`sign-in page, first load, ${encoding}`, loaded(entrance), kB(budget.bytes));
    const list = await firstLoad(browser, sandbox.url, encoding, sandbox);
    row(`/tasks, first load, ${encoding}`, loaded(list), kB(budget.bytes));
  }
  const took = await switching(page);
  row(`next task by key, p50 of ${took.length}`, ms(portion(took, 0.5)), ms(budget.switch));
  row(`next task by key, p95 of ${took.length}`, ms(portion(took, 0.95)), ms(budget.switch));
  const { rows, loading, frames } = await scrolling(page, tasks * 0.98);
  const seconds = frames.reduce((sum, f) => sum + f, 0) / 1000;
  row(`scrolling through ${rows} rows`, `${(frames.length / seconds).toFixed(0)} frames a second`, `at least ${budget.frames}`);
  row('its longest frame', ms(Math.max(...frames)), '–');
  row('its frames over 20 ms', `${frames.filter((f) => f > 20).length} of ${frames.length}`, '–');
  row('loading the rows by scrolling', `${(loading / 1000).toFixed(0)} s`, '–');
  if (page.troubles.length > 0) console.error(page.troubles);
} finally {
  await browser.close();
  await sandbox.stop();
}

// What browser tests and screenshots share: the browser, signing in, and the simulated customers.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { startSandbox } from '../../scripts/kontor.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
}

/** Opens a page that fails the test when something goes wrong inside it: an error, a refused policy, a console error. */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  const seen = [];
  // A refused sign-in and the question who has signed in are answered 401, which the console reports as an error.
  const excused = [/status of 401/];
  page.on('pageerror', (err) => seen.push(`error: ${err.message}`));
  page.on('console', (m) => {
    if (m.type() === 'error') seen.push(`console: ${m.text()}`);
  });
  /** For what a test brings about: it may come a moment after what the test waits for, so it holds for the whole test. */
  page.excuse = (pattern) => excused.push(pattern);
  Object.defineProperty(page, 'troubles', { get: () => seen.filter((x) => !excused.some((pattern) => pattern.test(x))) });
  page.setDefaultTimeout(15_000);
  return page;
}

export async function signIn(page, { email, password }) {
  await page.goto('/');
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.waitForURL(/\/tasks/);
}

/** The simulated platform: see integrations/metasim/README.md. */
export class Phone {
  constructor(url) {
    this.url = url;
  }

  async call(path, body, method = body === undefined ? 'GET' : 'POST') {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${this.url}/control/${path}`, { method, ...sent });
    const value = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(value)}`);
    return value;
  }

  /** The page that is connected, and the people who may write to it, by first name. */
  async world() {
    const { pages, people } = await this.call('state');
    return { page: pages[0].id, people: Object.fromEntries(people.map((p) => [p.first_name, p.id])) };
  }

  write(page, person, text, more = {}) {
    return this.call('write', { page, person, text, ...more });
  }
}

/** Waits until something is so. */
export async function until(what, check, patience = 15_000) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) throw new Error(`it never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What screen readers and people with weak sight would stumble over. */
export async function checkAccessibility(page, what) {
  const found = await page.evaluate(`${axe}; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`);
  const words = found.violations.flatMap((v) => v.nodes.map((n) => `${what}: ${v.id} (${v.help}) at ${n.target.join(' ')}: ${n.failureSummary}`));
  assert.deepEqual(words, []);
}

/** Nothing may be wider than a phone. */
export async function fits(page, what) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 375, `${what} is ${wide} wide`);
}

/** What an app shows for the secret of a second factor (RFC 6238), some steps of half a minute from now. */
export function appCode(secret, steps = 0) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replaceAll(' ', '')].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => Number.parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

let browser;
let users = 0;

/** Somebody else who works there. */
export const ben = { email: 'ben@work.example', password: 'wide blue tricycle', name: 'Ben Okafor' };

/** A sandbox of its own for the tests around, with a second person in it. Whatever went wrong in a page fails its test. */
export function sandboxFor(language = 'en') {
  const w = { pages: [] };
  users += 1;
  before(async () => (browser ??= await openBrowser()));
  before(async () => {
    Object.assign(w, await startSandbox({ language }));
    w.sim = new Phone(w.phone);
    const { page, people } = await w.sim.world();
    Object.assign(w, { shop: page, people });
    const page1 = await w.enter();
    await w.call(page1, 'POST', '/staff', { ...ben, language });
    await close();
  });
  const close = async () => {
    for (const page of w.pages.splice(0)) {
      const { troubles } = page;
      await page.context().close();
      assert.deepEqual(troubles, []);
    }
  };
  after(() => w.stop());
  after(() => (users -= 1) === 0 && browser.close());
  afterEach(close);
  w.open = async (options) => {
    const page = await openPage(browser, w.url, options);
    w.pages.push(page);
    return page;
  };
  w.enter = async (who = w, options = {}) => {
    const page = await w.open(options);
    await signIn(page, who);
    return page;
  };
  w.call = async (page, method, path, data) => {
    const answer = await page.request.fetch(`${w.url}/api/v1${path}`, { method, data, headers: { Origin: w.url } });
    assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer.status() === 204 ? null : answer.json();
  };
  /** Has somebody write, and returns the task that it became. */
  w.taskOf = async (page, person, text, message) => {
    await w.sim.write(w.shop, person, text, message);
    return until(`the task of ${text}`, async () => (await w.call(page, 'GET', '/tasks')).items.find((x) => x.snippet === text));
  };
  return w;
}

/** A picture of a bar and a dot, as the bytes of a PNG. */
export function logoPicture() {
  return readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'logo.png'));
}

/** Sends a file as a public link, and returns the link's address. */
export async function linkedFile({ call, upload, sim, shop }, task, name) {
  const file = await upload(name, Buffer.from(`%PDF-1.7 ${'x'.repeat(240_000)}`));
  await call('POST', `/tasks/${task.id}/comments`, { attachments: [{ id: file.id, as_link: true }], visibility: 'public', undo_seconds: 0 });
  const sent = await until('the link goes', async () => (await sim.call(`ledger?page=${shop}`)).find((x) => x.text?.includes('/files/')));
  return sent.text.slice(sent.text.indexOf('http'));
}

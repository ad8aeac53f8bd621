// What the rows of the list tell, what loading the list costs, and what the computer tells of, in a real browser.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAccessibility, sandboxFor, until } from './support.mjs';

const rows = (page) => page.locator('section[aria-labelledby=list-title] li');
const row = (page, text) => rows(page).filter({ hasText: text });

/** Notifications as the test sees them: nobody clicks on those of a browser without a screen. */
function fakeNotifications() {
  globalThis.told = [];
  globalThis.Notification = class extends EventTarget {
    static permission = 'default';
    static async requestPermission() {
      return (this.permission = globalThis.refuse ? 'denied' : 'granted');
    }
    constructor(title, options) {
      super();
      globalThis.told.push({ title, ...options, click: () => this.dispatchEvent(new Event('click')) });
    }
    close() {}
  };
}

describe('the list', () => {
  const w = sandboxFor();

  test('is asked for once, and all numbers beside it in one question', async () => {
    const page = await w.enter();
    await w.taskOf(page, w.people.Anna, 'is my parcel on its way');
    await row(page, 'is my parcel').waitFor();
    await page.waitForTimeout(16_000); // what has changed just now is told once more, lest something be missed
    const asked = [];
    page.on('request', (r) => r.url().includes('/api/v1/') && asked.push(new URL(r.url()).pathname.replace('/api/v1', '')));
    const open = page.waitForResponse((r) => r.url().includes('/stream?since='));
    await page.goto('/tasks');
    await open;
    await row(page, 'is my parcel').waitFor();
    await page.waitForTimeout(1500);
    const times = (path) => asked.filter((x) => x === path).length;
    assert.equal(times('/tasks'), 1, asked.join(' '));
    assert.equal(times('/tasks/counts'), 1, asked.join(' '));
    assert.equal(times('/tasks/tallies'), 1, asked.join(' '));
    assert.equal(times('/me'), 1, asked.join(' '));
  });

  test('says how long one may answer, and what was not delivered', async () => {
    const page = await w.enter();
    await row(page, 'is my parcel').getByText(/\d+ (hrs?|h|min) left/).waitFor();
    await checkAccessibility(page, 'rows with a reply window');
  });

  test('has the computer tell of messages, once and as was chosen', async () => {
    const page = await w.enter();
    await page.addInitScript(fakeNotifications);
    await page.goto('/settings/me');
    const choice = page.getByLabel('Messages on the desktop').and(page.locator('select'));
    await page.evaluate(() => (globalThis.refuse = true));
    await choice.selectOption('all');
    await page.getByText('The browser does not allow it').waitFor();
    assert.equal(await choice.inputValue(), 'off');
    await page.evaluate(() => (globalThis.refuse = false));
    await choice.selectOption('all');
    await until('it is chosen', async () => (await choice.inputValue()) === 'all');
    await checkAccessibility(page, 'the choice of notifications');
    const task = await w.taskOf(page, w.people['Tomás'], 'my lamp is broken');
    const told = () => page.evaluate(() => globalThis.told.map(({ title, body }) => ({ title, body })));
    await until('it is told', async () => (await told()).length > 0);
    const [first] = await told();
    assert.match(first.title, /Tomás|my lamp is broken/); // what the task is called, as long as nobody has told his name
    assert.equal(first.body, 'my lamp is broken');
    await page.evaluate(() => globalThis.told[0].click());
    await page.waitForURL(`**/tasks/${task.id}**`);
    await page.locator('main, section').getByText('my lamp is broken').first().waitFor();
    await w.sim.write(w.shop, w.people['Tomás'], 'and the shade too');
    await page.getByText('and the shade too').first().waitFor();
    await page.waitForTimeout(500);
    assert.equal((await told()).length, 1, 'what one looks at is not told');
  });
});

// The list of tasks, in a real browser: filters and saved views, many tasks at once and back, the keyboard, two people, a
// phone. Any error on the page fails the test in which it happens.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ben, checkAccessibility, fits, sandboxFor, until } from './support.mjs';

const title = (n) => `Parcel ${String(n).padStart(3, '0')}`;
const rows = (page) => page.locator('section[aria-labelledby=list-title] li');
const row = (page, text) => rows(page).filter({ hasText: text });
const tab = (page, name) => page.getByRole('navigation', { name: /Queues|Listen/ }).getByRole('link', { name });
const side = (page) => page.getByRole('navigation', { name: /navigation/i });

describe('many tasks', () => {
  const w = sandboxFor();

  test('are resolved at once by the keyboard, and are back again', async () => {
    const page = await w.enter();
    await w.taskOf(page, w.people.Anna, 'first of two');
    await w.taskOf(page, w.people['Tomás'], 'second of two');
    await row(page, 'first of two').waitFor();
    await row(page, 'second of two').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('J');
    await page.getByRole('toolbar').getByText('2 chosen').waitFor();
    await checkAccessibility(page, 'the list with tasks chosen');
    await page.keyboard.press('e');
    await page.getByText('2 tasks changed.').waitFor();
    await until('the queue is empty', async () => (await rows(page).count()) === 0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await row(page, 'second of two').waitFor();
    assert.equal(await rows(page).count(), 2);
    await until('the counts follow', async () => (await tab(page, /New/).innerText()).includes('2'));
  });

  test('what somebody else changed meanwhile is left alone by the undo', async () => {
    const page = await w.enter();
    await row(page, 'first of two').getByRole('checkbox').click();
    await row(page, 'second of two').getByRole('checkbox').click();
    await page.getByRole('button', { name: 'Resolve', exact: true }).click();
    await page.getByText('2 tasks changed.').waitFor();
    const task = (await w.call(page, 'GET', '/tasks?category=resolved')).items.find((x) => x.snippet === 'first of two');
    await w.call(page, 'PATCH', `/tasks/${task.id}`, { topic: 'Somebody was here' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('1 task is as it was. 1 was left alone.').waitFor();
    await row(page, 'second of two').waitFor();
  });

  test('a shared view is everybody’s, live, and its deletion can be undone', async () => {
    const page = await w.enter();
    const other = await w.enter(ben);
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByRole('combobox', { name: 'Reply window' }).click();
    await page.getByRole('option', { name: 'Closed', exact: true }).click();
    await page.keyboard.press('Escape');
    await page.getByText('Nothing passes the filter').waitFor();
    await page.getByRole('button', { name: 'Save view' }).click();
    await page.getByLabel('Name of the view').fill('Too late');
    await page.getByLabel('For everybody').check();
    await checkAccessibility(page, 'saving a view');
    await page.keyboard.press('Enter');
    await side(other).getByRole('link', { name: 'Too late' }).click();
    await other.getByRole('heading', { name: 'Too late' }).waitFor();
    assert.equal(await other.getByRole('button', { name: 'Too late', exact: true }).count(), 0, 'a member cannot change it');
    await page.getByRole('button', { name: 'Too late', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Delete view' }).click();
    await side(other).getByRole('link', { name: 'Too late' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await side(other).getByRole('link', { name: 'Too late' }).waitFor();
  });

  test('everybody arranges the views for themselves: by dragging, by the keyboard, by the menu', async () => {
    const page = await w.enter();
    const names = (of) => side(of).getByRole('list', { name: 'Views' }).getByRole('link').allInnerTexts().then((all) => all.map((x) => x.split('\n')[0]));
    const are = (of, ...wanted) => until(`the views are ${wanted}`, async () => (await names(of)).join() === wanted.join());
    for (const [name, shared] of [['Alpha', true], ['Beta', false]]) {
      await w.call(page, 'POST', '/task-views', { name, shared, filter: { unread: 'true' } });
    }
    await are(page, 'Alpha', 'Beta', 'Too late');
    const link = (name) => side(page).getByRole('link', { name });

    await link('Beta').focus();
    await page.keyboard.press('Alt+ArrowUp');
    await are(page, 'Beta', 'Alpha', 'Too late');
    await page.getByText('Beta is number 1 of 3 now.').waitFor({ state: 'attached' });
    await page.keyboard.press('Alt+ArrowDown');
    await page.keyboard.press('Alt+ArrowDown');
    await are(page, 'Alpha', 'Too late', 'Beta');
    assert.match(await page.evaluate(() => document.activeElement.textContent), /^Beta/, 'the focus stays with it');

    await link('Beta').dragTo(link('Alpha'));
    await are(page, 'Beta', 'Alpha', 'Too late');
    await link('Too late').hover();
    await side(page).getByRole('button', { name: 'Move “Too late”' }).click();
    await page.getByRole('menuitem', { name: /Move up/ }).waitFor();
    await checkAccessibility(page, 'moving a view');
    await page.getByRole('menuitem', { name: /Move up/ }).click();
    await are(page, 'Beta', 'Too late', 'Alpha');

    const again = await w.enter();
    await are(again, 'Beta', 'Too late', 'Alpha');
    const other = await w.enter(ben);
    await are(other, 'Alpha', 'Too late');
    await w.call(again, 'PUT', '/task-views/order', { ids: (await w.call(again, 'GET', '/task-views')).items.map((v) => v.id).toReversed() });
    await are(page, 'Alpha', 'Too late', 'Beta');
    await are(other, 'Alpha', 'Too late');
  });

  test('on a phone, the views are moved by their menu', async () => {
    const page = await w.enter(w, { viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true });
    await page.getByRole('button', { name: /menu/i }).first().click();
    await side(page).getByRole('button', { name: 'Move “Alpha”' }).click();
    await page.getByRole('menuitem', { name: /Move down/ }).click();
    await until('it is second', async () => /Too late[^]*Alpha[^]*Beta/.test(await side(page).innerText()));
    await fits(page, 'the sidebar');
    await checkAccessibility(page, 'the views on a phone');
  });

  test('a failed message that is left alone no longer marks its task', async () => {
    const page = await w.enter();
    await w.taskOf(page, w.people.Anna, 'is anybody there?');
    await w.sim.call('faults', { call: 'send', answer: 'error', error: '10/2018278' });
    await row(page, 'is anybody there?').click();
    await page.getByRole('log').getByText('is anybody there?').waitFor();
    await page.keyboard.press('r');
    await page.keyboard.type('never mind');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Leave it' }).waitFor();
    const pending = await w.enter();
    await tab(pending, /Pending/).click();
    const mark = row(pending, 'never mind').getByText('A message was not sent');
    await mark.waitFor({ state: 'attached' });
    await checkAccessibility(page, 'a failed message');
    await page.getByRole('button', { name: 'Leave it' }).click();
    await page.getByText('Left alone').waitFor();
    await mark.waitFor({ state: 'detached' });
    await checkAccessibility(page, 'a message left alone');
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('Left alone').waitFor({ state: 'detached' });
  });

  test('what is typed before the search has come is searched for', async () => {
    const page = await w.enter();
    let letIn;
    const held = new Promise((resolve) => (letIn = resolve));
    await page.route(/\/assets\/Search-.*\.js$/, async (route) => {
      await held;
      await route.continue();
    });
    await page.goto('/tasks');
    await page.locator('#list-title').waitFor();
    await until('the field is there', async () => {
      await page.keyboard.press('/');
      return page.locator('section[aria-labelledby=list-title] input:focus').count();
    });
    await page.keyboard.type('ann');
    letIn();
    await page.getByRole('option', { name: /Anna/ }).waitFor();
    await page.keyboard.type('a');
    await page.getByRole('option', { name: 'Tasks with “anna”' }).waitFor();
  });

  test('a part that could not be fetched comes when there is a line again', async () => {
    const page = await w.enter();
    let asked = 0;
    await page.route(/\/assets\/(Search|UserMenu)-.*\.js$/, (route) => (asked++ < 2 ? route.abort('internetdisconnected') : route.continue()));
    await page.goto('/tasks');
    await until('the search and the menu were asked for', () => asked >= 2);
    await page.locator('#list-title').waitFor();
    await page.getByRole('button', { name: /Olivia Owner/ }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('anna');
    await page.getByRole('option', { name: 'Tasks with “anna”' }).waitFor();
    page.excuse(/ERR_INTERNET_DISCONNECTED/);
  });

  test('everything is reached by the command bar', async () => {
    const page = await w.enter();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command bar' }).waitFor();
    await checkAccessibility(page, 'the command bar');
    await page.keyboard.type('unas');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Unassigned' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await page.waitForURL(/queue=resolved/);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command bar' }).waitFor();
    await page.keyboard.type('auf deutsch');
    await page.keyboard.press('Enter');
    await side(page).getByText('Nicht zugewiesen').waitFor();
  });

  test('the tab tells how many of one’s own are unread', async () => {
    const page = await w.enter();
    await w.taskOf(page, w.people['Ольга'], 'something new');
    await until('the title says so', async () => /^\(\d+\) /.test(await page.title()));
    assert.match(await page.locator('link[rel=icon]').getAttribute('href'), /dot/);
  });

  test('is found by its age and its person, in the order that is asked for', async () => {
    const page = await w.enter();
    await row(page, 'something new').waitFor();
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByRole('combobox', { name: 'Made' }).click();
    await page.getByRole('option', { name: 'Longer than 30 days ago' }).click();
    await page.getByText('Nothing passes the filter').waitFor();
    await page.getByRole('combobox', { name: 'Made' }).click();
    await page.getByRole('option', { name: 'Today' }).click();
    await page.getByRole('combobox', { name: 'Order' }).click();
    await page.getByRole('option', { name: 'Oldest task' }).click();
    await page.waitForURL(/created=today.*sort=oldest/);
    await row(page, 'something new').waitFor();
    await checkAccessibility(page, 'the filter');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: /Without .Made: Today/ }).click();
    await page.waitForURL((url) => !url.search.includes('created'));
  });

  test('on a phone, a list with a filter fits', async () => {
    const page = await w.enter(w, { viewport: { width: 375, height: 740 } });
    await row(page, 'something new').waitFor();
    await page.goto('/tasks?window=open&unread=true');
    await row(page, 'something new').waitFor();
    await fits(page, 'the filtered list');
    await checkAccessibility(page, 'the filtered list on a phone');
  });

  test('of hundreds only some are drawn, and the keyboard reaches all', async () => {
    const page = await w.enter();
    for (let n = 0; n < 120; n++) await w.call(page, 'POST', '/tasks', { title: title(n), tags: ['vip', 'parcel', 'late'] });
    await page.goto('/tasks?tag=late');
    await row(page, title(119)).getByText('+1').waitFor();
    const body = page.locator('section[aria-labelledby=list-title] ul').locator('..');
    for (let n = 0; n < 70; n++) {
      await page.keyboard.press('j');
      if (n === 45) await row(page, title(67)).waitFor(); // the keys do not wait for the next page
    }
    await page.waitForFunction((wanted) => document.activeElement?.textContent.includes(wanted), title(50));
    assert.ok((await rows(page).count()) < 60);
    await checkAccessibility(page, 'a long list');
    const place = () => row(page, title(50)).evaluate((li) => Math.round(li.getBoundingClientRect().top));
    await page.keyboard.press('x');
    await page.getByRole('toolbar').getByText('1 chosen').waitFor();
    const before = await place();
    await w.call(page, 'POST', '/tasks', { title: 'one more on top', tags: ['late'] });
    await until('the place is kept', async () => (await row(page, title(50)).getAttribute('aria-posinset')) === '71');
    assert.equal(await place(), before);
    await page.getByRole('toolbar').getByText('1 chosen').waitFor();
    await body.evaluate((x) => x.scrollTo(0, 0)); // the row with the focus stays, and the keyboard goes on from it
    await row(page, 'one more on top').waitFor();
    await page.keyboard.press('j');
    await page.waitForFunction((wanted) => document.activeElement?.textContent.includes(wanted), title(49));
  });
});

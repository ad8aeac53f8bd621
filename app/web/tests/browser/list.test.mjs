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
    for (let n = 0; n < 70; n++) await page.keyboard.press('j');
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

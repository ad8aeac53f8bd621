// What shows an admin that nothing was lost or doubled, in a real browser: a failed answer is sent again, an unconfirmed one
// is settled, an ignored event is found and processed again, and all of it stands in the audit log. Any error on the page
// fails the test in which it happens.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { ben, checkAccessibility, fits, sandboxFor, until } from './support.mjs';

const screens = ['health', 'deliveries', 'events', 'completeness', 'audit', 'review'];

/** The row of a message in the report. */
const row = (page, text) => page.getByRole('list', { name: 'Deliveries' }).getByRole('button', { name: text });

describe('an admin', () => {
  const w = sandboxFor();
  const answer = (page, task, text) => w.call(page, 'POST', `/tasks/${task.id}/comments`, { text, visibility: 'public', undo_seconds: 0 });

  test('sees an answer fail, why, and sends it again', async () => {
    const page = await w.enter();
    const task = await w.taskOf(page, w.people.Anna, 'Is the table still there?');
    await page.goto('/settings/deliveries');
    await page.getByText('Nothing had to be delivered').waitFor();
    await w.sim.call('faults', { call: 'send', answer: 'error', error: '100/2018001' });
    await answer(page, task, 'Yes, by the window.');
    // It arrives on the open screen by itself.
    await row(page, 'Yes, by the window.').filter({ hasText: 'Not sent' }).click();
    await page.getByText('100 / 2018001').waitFor();
    await page.getByRole('button', { name: 'Copy the trace id' }).waitFor();
    await page.getByRole('img', { name: 'Messages by state: Not sent 1' }).waitFor();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Table (CSV)' }).click()]);
    assert.match(readFileSync(await file.path(), 'utf8'), /2018001.*Yes, by the window\./s);
    await page.getByRole('button', { name: 'Send again', exact: true }).click();
    await row(page, 'Yes, by the window.').filter({ hasText: /Delivered|Read/ }).waitFor();
    const { thread } = await w.sim.call(`state?page=${w.shop}&person=${w.people.Anna}`);
    assert.equal(JSON.stringify(thread).split('Yes, by the window.').length - 1, 1, 'it went once');
  });

  test('sends many again at once', async () => {
    const page = await w.enter();
    const task = await w.taskOf(page, w.people.Anna, 'And on Monday?');
    await w.sim.call('faults', { call: 'send', answer: 'error', error: '100/2018001', count: 2 });
    await answer(page, task, 'Monday one.');
    await answer(page, task, 'Monday two.');
    await page.goto('/settings/deliveries?state=failed');
    await row(page, 'Monday one.').waitFor();
    await row(page, 'Monday two.').waitFor();
    await page.getByRole('checkbox', { name: 'Choose “Monday one.”' }).check();
    await page.getByText('1 chosen').waitFor();
    await checkAccessibility(page, 'some chosen');
    await page.getByRole('button', { name: 'Leave chosen ones' }).click();
    await page.getByText('1 message is left alone.').waitFor();
    await row(page, 'Monday one.').filter({ hasText: 'Left alone' }).waitFor();
    const open = async () => (await w.call(page, 'GET', '/delivery-report')).counts.failed ?? 0;
    assert.equal(await open(), 1);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('1 message is taken up again.').waitFor();
    await row(page, 'Monday one.').filter({ hasText: 'Not sent' }).click();
    await page.getByRole('button', { name: 'Leave it' }).click();
    await page.getByRole('button', { name: 'Take up again' }).click();
    assert.equal(await until('both are open', async () => (await open()) === 2), true);
    await page.getByRole('button', { name: 'Send all failed ones again' }).click();
    await page.getByText('2 messages are sent again.').waitFor();
    await page.getByText('No such messages').waitFor();
  });

  test('settles an answer of which nobody knows whether it arrived', async () => {
    const page = await w.enter();
    const task = await w.taskOf(page, w.people['Tomás'], 'Can I pick it up?');
    await page.goto('/settings/deliveries');
    await w.sim.call('faults', { call: 'send', answer: 'hang' });
    await answer(page, task, 'From nine on.');
    await row(page, 'From nine on.').filter({ hasText: 'Unconfirmed' }).click({ timeout: 30_000 });
    await page.getByText('nobody here knows').waitFor();
    await checkAccessibility(page, 'settling');
    await page.getByRole('button', { name: 'It is not there' }).click();
    await row(page, 'From nine on.').filter({ hasText: 'Not sent' }).waitFor();
    await page.locator('p').getByText('A colleague found that the message did not arrive').waitFor();
  });

  test('finds ignored events and has them processed again, one and many', async () => {
    const page = await w.enter();
    // The shop writes to somebody elsewhere who has no task here: that becomes nothing, until there is one.
    for (const text of ['Your cake is ready', 'Shall we keep it?', 'We close at six']) await w.sim.call('inbox', { page: w.shop, person: w.people['Ольга'], text });
    await page.goto('/settings/events');
    const ignored = page.getByRole('button', { name: /^Ignored/ });
    await until('all are ignored', async () => (await ignored.first().innerText().catch(() => '')).includes('3'));
    await ignored.first().click();
    await page.waitForURL(/state=ignored/);
    const events = page.getByRole('list', { name: 'Events' }).getByRole('button', { name: 'Ignored' });
    await events.first().click();
    await page.getByRole('region', { name: 'What came' }).getByText('"We close at six"').waitFor();
    await checkAccessibility(page, 'an event');
    const task = await w.taskOf(page, w.people['Ольга'], 'I am on my way');
    const comments = async () => JSON.stringify(await w.call(page, 'GET', `/tasks/${task.id}/comments`));
    await page.getByRole('button', { name: 'Process again', exact: true }).click();
    await until('it left the list', async () => (await events.count()) === 2);
    await until('it is on the task', async () => (await comments()).includes('We close at six'));

    await page.getByRole('button', { name: 'What would happen?' }).click();
    await page.getByText('2 events would be processed again. 2 as if they came now.').waitFor();
    await checkAccessibility(page, 'what would happen');
    await page.getByRole('button', { name: 'Process again now' }).click();
    const replay = page.getByRole('region', { name: 'What is processed again' });
    await replay.getByText('2 of 2 done').waitFor();
    await replay.getByRole('heading', { name: 'Processed again Ignored' }).waitFor();
    await checkAccessibility(page, 'a replay that is done');
    await page.getByText('No such events').waitFor();
    await page.reload(); // the row knows it, and not the page
    await replay.getByRole('link', { name: 'Processed 2' }).click();
    await page.waitForURL(/replay=/);
    await until('they are listed', async () => (await page.getByRole('list', { name: 'Events' }).getByRole('listitem').count()) === 2);
    await page.getByRole('button', { name: 'Only of one replay' }).click();
    await page.waitForURL((url) => !url.search.includes('replay='));
    const { states } = await w.call(page, 'GET', '/events/counts');
    assert.equal(states.ignored ?? 0, 0);
    for (const text of ['Your cake is ready', 'Shall we keep it?', 'We close at six']) assert.equal((await comments()).split(text).length - 1, 1, `${text}, once`);
  });

  test('finds all of it in the audit log, with what was before', async () => {
    const page = await w.enter();
    await page.goto('/settings/audit');
    const log = page.locator('main ol');
    await log.getByText('had events processed again').first().waitFor();
    await log.getByText('settled an unconfirmed message').first().waitFor();
    await log.getByText('had a message sent again').first().waitFor();
    const [channel] = (await w.call(page, 'GET', '/channels')).items;
    await w.call(page, 'PATCH', `/channels/${channel.id}`, { settings: { history_count: 20 } });
    await page.getByRole('combobox', { name: 'Action' }).selectOption({ label: 'changed a channel' });
    const entry = page.getByRole('listitem').filter({ hasText: 'changed a channel' }).filter({ hasText: 'Earlier messages' }).first();
    assert.match(await entry.innerText(), /Earlier messages: 10\s*→\s*20/);
    await entry.getByRole('button', { name: 'Details: changed a channel' }).click();
    await entry.getByText('127.0.0.1').waitFor();
    const [table] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Table (CSV)' }).click()]);
    const cells = readFileSync(await table.path(), 'utf8');
    assert.match(cells, /10 → 20/);
    assert.doesNotMatch(cells, /signed in/, 'the file holds what the screen shows');
  });

  test('has everything checked, and is told what was looked at', async () => {
    const page = await w.enter();
    await page.goto('/settings/health');
    await page.getByText('Secrets can be sealed and opened.').waitFor();
    await page.getByRole('button', { name: 'Check everything' }).click();
    await page.getByText('Everything has been checked.').waitFor();
    await page.getByRole('button', { name: /^Check and mend/ }).first().click();
    await page.getByText('The channel works.').first().waitFor();
  });

  test('needs no mouse', async () => {
    const page = await w.enter();
    await page.goto('/settings/deliveries?state=failed');
    await row(page, 'From nine on.').waitFor();
    const focused = (what) => page.evaluate((text) => document.activeElement?.tagName === 'BUTTON' && document.activeElement.textContent.includes(text), what);
    const tabTo = async (what) => {
      for (let i = 0; i < 60; i++) {
        if (await focused(what)) return;
        await page.keyboard.press('Tab');
      }
      assert.fail(`the keyboard never came to ${what}`);
    };
    await tabTo('From nine on.');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Send again', exact: true }).waitFor();
    await tabTo('Send again');
    await until('the button has the focus', () => page.evaluate(() => document.activeElement?.textContent === 'Send again'));
    await page.keyboard.press('Enter');
    await page.getByText('No such messages').waitFor();
  });

  test('meets no barrier, light or dark, wide or narrow', async () => {
    const page = await w.enter();
    for (const name of screens) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(`/settings/${name}`);
      await page.locator('main section, main ol').first().waitFor();
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
        await checkAccessibility(page, `${name}, ${colorScheme}`);
      }
      await page.setViewportSize({ width: 375, height: 740 });
      await fits(page, name);
    }
  });
});

describe('a member', () => {
  const w = sandboxFor();

  test('sees none of it, on the screens or by the API', async () => {
    const page = await w.enter(ben);
    for (const name of screens) {
      await page.goto(`/settings/${name}`);
      await page.getByText('Only admins see this').waitFor();
    }
    await page.goto('/settings');
    assert.equal(await page.getByRole('link', { name: /Audit log/ }).count(), 0);
    for (const path of ['installation/health', 'delivery-report', 'delivery-report.csv', 'messages', 'events', 'events/counts', 'audit', 'audit.csv', 'audit.ndjson', 'channel-kinds/facebook/review']) {
      assert.equal((await page.request.get(`${w.url}/api/v1/${path}`)).status(), 403, path);
    }
  });
});

describe('ein Admin', () => {
  const w = sandboxFor('de');

  test('liest alles auf Deutsch', async () => {
    const page = await w.enter(w, { locale: 'de-DE' });
    const told = { health: 'Geheimnisse können versiegelt', deliveries: 'Es war nichts zuzustellen', events: 'Es kam noch nichts herein', completeness: 'Kontor vergleicht', audit: 'hat sich angemeldet', review: 'Adressen zum Eintragen' };
    for (const name of screens) {
      await page.goto(`/settings/${name}`);
      await page.locator('main p, main h2').getByText(told[name]).or(page.locator('main p, main h2').filter({ hasText: told[name] })).first().waitFor();
      await checkAccessibility(page, `${name} auf Deutsch`);
    }
  });
});

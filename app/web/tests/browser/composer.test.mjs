// The answer box, in a real browser: drafts that are there in every browser, texts that are too long, emoji, what the
// platform has approved beforehand, files that are too large. Any error on the page fails the test in which it happens.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { checkAccessibility, fits, sandboxFor, until } from './support.mjs';

const log = (page) => page.getByRole('log');
const field = (page) => page.locator('form textarea');
const send = (page) => page.getByRole('button', { name: 'Send', exact: true });

const sentence = (n) => `This is sentence ${String(n).padStart(3, '0')} of what there is to say.`;
const body = (text) => ({ type: 'BODY', text });

async function open(page, task, text) {
  await page.goto(`/tasks/${task.id}`);
  await log(page).getByText(text).first().waitFor();
}

/** What the simulated phone of somebody has got. */
async function phoneOf(w, person) {
  const { thread } = await w.sim.call(`state?page=${w.shop}&person=${person}`);
  return JSON.stringify(thread);
}

describe('a draft', () => {
  const w = sandboxFor();

  test('is there in another browser, follows its changes, and goes when it is sent', async () => {
    const one = await w.enter();
    const task = await w.taskOf(one, w.people.Anna, 'Do you roast on Fridays?');
    await open(one, task, 'Fridays');
    await field(one).fill('We roast on Tuesdays and');
    await one.getByText('Draft saved').waitFor();

    const two = await w.enter();
    await two.getByRole('link', { name: /Fridays/ }).getByText('Draft').waitFor();
    await open(two, task, 'Fridays');
    await until('it is there too', async () => (await field(two).inputValue()) === 'We roast on Tuesdays and');
    await checkAccessibility(two, 'a draft');
    await two.locator('label[data-way=internal]').click();
    await field(two).fill('Ask Ben about the times');
    await two.getByText('Draft saved').waitFor();
    await two.locator('label[data-way=public]').click();

    await field(two).fill('We roast on Tuesdays and Fridays.');
    await two.getByText('Draft saved').waitFor();
    await field(two).press('Control+Enter');
    await log(two).getByText('We roast on Tuesdays and Fridays.').waitFor();
    await until('it is gone in the first browser', async () => (await field(one).inputValue()) === '');
    const kept = await w.call(one, 'GET', `/tasks/${task.id}/drafts`);
    assert.deepEqual(kept.items.map((d) => d.text), ['Ask Ben about the times'], 'the note is still one');
    await one.reload();
    await one.locator('label[data-way=internal]').click();
    assert.equal(await field(one).inputValue(), 'Ask Ben about the times');
  });

  test('is never put over what is being written', async () => {
    const one = await w.enter();
    const task = await w.taskOf(one, w.people['Tomás'], 'Do you ship to Spain?');
    await open(one, task, 'Spain');
    await one.route('**/drafts/public', (route) => route.abort('connectionfailed'));
    await field(one).fill('We do, within');
    await one.getByText('Draft kept in this tab only').waitFor();

    const two = await w.enter();
    await open(two, task, 'Spain');
    await field(two).fill('Yes, we ship');
    await two.getByText('Draft saved').waitFor();
    await one.getByText('You wrote something else in another browser').waitFor();
    await checkAccessibility(one, 'a draft elsewhere');
    assert.equal(await field(one).inputValue(), 'We do, within');
    await one.unroute('**/drafts/public');
    await one.getByRole('button', { name: 'Take that' }).click();
    assert.equal(await field(one).inputValue(), 'Yes, we ship');
    one.excuse(/ERR_CONNECTION_FAILED/);
  });
});

describe('a text', () => {
  const w = sandboxFor();

  test('that is too long goes as several messages, in order', async () => {
    const page = await w.enter();
    const task = await w.taskOf(page, w.people.Anna, 'Tell me everything');
    await open(page, task, 'everything');
    const text = Array.from({ length: 100 }, (_, i) => sentence(i + 1)).join(' ');
    await field(page).fill(text);
    await page.getByText(/characters too long/).waitFor();
    assert.ok(await send(page).isDisabled());
    await page.getByLabel('Send as 3 messages').check();
    await page.getByText('Will be sent as 3 messages, in order').waitFor();
    await page.getByText('Show where it is cut').click();
    await checkAccessibility(page, 'a text that is split');
    await field(page).press('Control+Enter');
    await until('all of it has arrived', async () => (await phoneOf(w, w.people.Anna)).includes(sentence(100)));
    const parts = await w.sim.call(`ledger?page=${w.shop}&person=${w.people.Anna}`);
    const got = parts.map((m) => m.text).filter((t) => t?.startsWith('This is sentence'));
    assert.equal(got.length, 3);
    assert.equal(got.join(' '), text);
    assert.equal(await log(page).getByText('This is sentence 001').count(), 1, 'it is one comment');
  });

  test('takes emoji by name and from the picker, in both languages', async () => {
    const page = await w.enter();
    const task = await w.taskOf(page, w.people['Tomás'], 'Thank you!');
    await open(page, task, 'Thank you');
    await field(page).pressSequentially('You are welcome :konfe');
    await page.getByRole('list', { name: 'Emoji' }).getByText('party popper').waitFor();
    await field(page).press('Enter');
    assert.equal(await field(page).inputValue(), 'You are welcome 🎉 ');
    await page.getByRole('button', { name: 'Insert an emoji' }).click();
    const search = page.getByRole('combobox', { name: 'Find an emoji' });
    await search.waitFor();
    await page.getByText('Used last').waitFor();
    await checkAccessibility(page, 'choosing an emoji');
    await search.press('ArrowDown');
    await search.press('ArrowUp');
    await search.fill('kaffee');
    await page.getByRole('option', { name: 'hot beverage' }).waitFor();
    await search.press('Enter');
    await until('it is in the text', async () => (await field(page).inputValue()).includes('☕'));
    await field(page).press('Control+Enter');
    await until('it has arrived', async () => (await phoneOf(w, w.people['Tomás'])).includes('You are welcome 🎉 ☕'));
  });

  test('fits on a phone', async () => {
    const page = await w.enter(w, { viewport: { width: 375, height: 740 } });
    const [task] = (await w.call(page, 'GET', '/tasks')).items;
    await page.goto(`/tasks/${task.id}`);
    await field(page).fill('x'.repeat(2500));
    await page.getByText(/characters too long/).waitFor();
    await page.getByRole('button', { name: 'Insert an emoji' }).click();
    await page.getByRole('combobox', { name: 'Find an emoji' }).waitFor();
    await fits(page, 'the answer box');
  });
});

describe('files', () => {
  const w = sandboxFor();

  test('that the platform would not take are told before they are sent', async (t) => {
    // On the disk: a browser is slow to be told of nine megabytes.
    const folder = await mkdtemp(path.join(tmpdir(), 'kontor-files-'));
    t.after(() => rm(folder, { recursive: true }));
    const [picture, text] = [path.join(folder, 'menu.png'), path.join(folder, 'menu.txt')];
    await writeFile(picture, Buffer.alloc(9 * 2 ** 20));
    await writeFile(text, 'soup');
    const page = await w.enter();
    const task = await w.taskOf(page, w.people.Anna, 'Do you have a menu?');
    await open(page, task, 'menu');
    await page.locator('form input[type=file]').setInputFiles([picture, text]);
    await page.getByText('too large: at most 8 MB').waitFor();
    await page.getByRole('list', { name: 'Attached files' }).getByText('4 B').waitFor();
    await checkAccessibility(page, 'a file that is too large');
    await page.getByText('Draft saved').waitFor();
    await page.reload();
    await page.getByRole('list', { name: 'Attached files' }).getByText('menu.txt').waitFor();

    const dropped = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['tea'], 'drinks.txt', { type: 'text/plain' }));
      return data;
    });
    await page.locator('form:has(textarea)').dispatchEvent('drop', { dataTransfer: dropped });
    await page.getByRole('list', { name: 'Attached files' }).getByText('drinks.txt').waitFor();
  });
});

describe('what the platform has approved', () => {
  const w = sandboxFor();

  test('goes when nothing else may', async () => {
    const page = await w.enter();
    await w.sim.call('templates', { page: w.shop, name: 'order_update', components: [
      { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}' }, body('Your order is now {{1}}.'), { type: 'FOOTER', text: 'Thank you' },
    ] });
    await w.sim.call('templates', { page: w.shop, name: 'delayed', status: 'REJECTED', rejected_reason: 'PROMOTIONAL', components: [body('It is late.')] });
    const task = await w.taskOf(page, w.people.Anna, 'Where is my order?');
    await w.sim.call('advance', { by: '200h' });
    await open(page, task, 'Where is my order');
    await page.getByRole('button', { name: 'Send an approved template' }).click();
    const picker = page.getByRole('region', { name: 'Approved templates' });
    await picker.getByText('Cannot be sent: rejected').waitFor();
    assert.ok(await picker.getByRole('button', { name: /delayed/ }).isDisabled());
    await checkAccessibility(page, 'choosing a template');
    await picker.getByRole('button', { name: /order_update/ }).click();
    assert.ok(await picker.getByRole('button', { name: 'Send' }).isDisabled());
    await picker.getByLabel('Value for 1 in the heading').fill('4711');
    await picker.getByLabel('Value for 1', { exact: true }).fill('on its way');
    await picker.getByText('Your order is now on its way.').waitFor();
    await checkAccessibility(page, 'filling a template in');
    await picker.getByRole('button', { name: 'Send' }).click();
    await log(page).getByText('Your order is now on its way.').waitFor();
    await until('it has arrived', async () => (await phoneOf(w, w.people.Anna)).includes('Your order is now on its way.'));
    await picker.waitFor({ state: 'detached' });
    page.excuse(/status of 404/); // the address of a portrait does not outlive the leap in time
  });
});

describe('auf Deutsch', () => {
  const w = sandboxFor('de');

  test('ist das Feld für Antworten zu bedienen', async () => {
    const page = await w.enter(w, { locale: 'de-DE' });
    const task = await w.taskOf(page, w.people.Anna, 'Haben Sie offen?');
    await open(page, task, 'offen');
    await field(page).pressSequentially('Ja :daumen');
    await page.getByRole('list', { name: 'Emoji' }).getByText('Daumen hoch').waitFor();
    await field(page).press('Enter');
    await page.getByText('Entwurf gespeichert').waitFor();
    await field(page).fill('Ja. '.repeat(600));
    await page.getByText(/Als 2 Nachrichten senden/).waitFor();
    await checkAccessibility(page, 'auf Deutsch');
  });
});

// The main flows, in a real browser, against the real program with a simulated platform. Any error on the page, any breach
// of the content security policy and any request to elsewhere fails the test in which it happens.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { document as apiDocument, fingerprint, fingerprintOf } from '../../scripts/document.mjs';
import { checkAccessibility, fits, sandboxFor, signIn, until } from './support.mjs';

const log = (page) => page.getByRole('log');
const rows = (page) => page.locator('a[id^=task-]');
const field = (page) => page.locator('form textarea');
const delivery = (page, state) => page.locator(`button[data-state=${state}]`);

async function write(page, key, text) {
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press(key);
  await field(page).fill(text);
  await page.keyboard.press('Control+Enter');
}

describe('a conversation', () => {
  const w = sandboxFor();

  test('the generated client fits the program', async () => {
    const made = fingerprintOf(readFileSync(new URL('../../src/api/schema.d.ts', import.meta.url), 'utf8'));
    assert.equal(made, fingerprint(await apiDocument(w.url)), 'run "npm run api"');
  });

  test('whoever has no right password stays outside', async () => {
    const page = await w.open();
    await page.goto('/tasks?queue=pending');
    await page.waitForURL(/\/sign-in/);
    await checkAccessibility(page, 'sign-in');
    await page.getByLabel('E-mail').fill(w.email);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('session.bad_credentials').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(w.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(/\/tasks\?queue=pending/); // where one wanted to go
  });

  test('an empty sandbox shows the way to the phone', async () => {
    const page = await w.enter();
    await page.getByText('Be your own customer').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Open the phone' }).getAttribute('href'), w.phone + '/phone/');
  });

  test('a message becomes a task without a reload, and the answer reaches the phone', async () => {
    const page = await w.enter();
    await page.getByText('Be your own customer').waitFor();
    await w.sim.write(w.shop, w.people.Anna, 'Is my order 4711 on its way?');
    await rows(page).filter({ hasText: 'Anna Berg' }).waitFor();
    await checkAccessibility(page, 'list');

    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await log(page).getByText('Is my order 4711').waitFor();
    await page.getByText(/You may write until/).waitFor();
    await write(page, 'r', 'It left us this morning.');
    await log(page).getByText('It left us this morning.').waitFor();
    await page.getByRole('button', { name: /Undo/ }).waitFor();
    await delivery(page, 'delivered').waitFor();
    const sent = await w.sim.call(`ledger?page=${w.shop}&text=${encodeURIComponent('It left us this morning.')}`);
    assert.equal(sent.length, 1);
    await w.sim.call('read', { page: w.shop, person: w.people.Anna });
    await delivery(page, 'read').waitFor();

    await delivery(page, 'read').click();
    await page.getByRole('dialog').getByText('RESPONSE').waitFor();
    await checkAccessibility(page, 'task');
    await page.keyboard.press('Escape');
    // The task has left the new ones by itself, and is where it belongs.
    await rows(page).first().waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Pending' }).click();
    await rows(page).filter({ hasText: 'Anna Berg' }).waitFor();
  });

  test('what the contact does later is seen as it happens', async () => {
    const page = await w.enter();
    await page.getByRole('link', { name: 'Pending' }).click();
    await rows(page).first().click();
    await log(page).getByText('It left us').waitFor();
    const { mid } = await w.sim.write(w.shop, w.people.Anna, 'Thank you');
    await log(page).getByText('Thank you').waitFor();
    await w.sim.call('edit', { mid, text: 'Thank you so much' });
    await log(page).getByText('Thank you so much').waitFor();
    await page.getByRole('button', { name: 'Edited' }).click();
    await log(page).getByText('Thank you', { exact: true }).waitFor();
    await w.sim.call('react', { mid, emoji: '❤️' });
    await log(page).getByRole('list', { name: 'Reactions' }).waitFor();
    await w.sim.call('unsend', { mid });
    await log(page).getByText(/took this message back/).waitFor();
    await w.sim.write(w.shop, w.people.Anna, '', { attachments: [{ type: 'image' }, { type: 'file' }] });
    await log(page).locator('img').waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), log(page).getByRole('link', { name: /document/ }).click()]);
    assert.match(download.suggestedFilename(), /document/);
  });

  test('an answer can be taken back for some seconds', async () => {
    const page = await w.enter();
    await rows(page).first().click();
    await log(page).waitFor();
    await write(page, 'r', 'Sent too early');
    await page.getByRole('button', { name: /Undo/ }).click();
    await delivery(page, 'cancelled').waitFor();
    await until('the text is back', async () => (await field(page).inputValue()) === 'Sent too early');
    assert.equal((await w.sim.call(`ledger?page=${w.shop}&text=${encodeURIComponent('Sent too early')}`)).length, 0);
    await field(page).fill('');
  });

  test('a note stays inside', async () => {
    const page = await w.enter();
    await page.getByRole('link', { name: 'Pending' }).click();
    await rows(page).first().click();
    await log(page).waitFor();
    await page.keyboard.press('n');
    await page.getByText('Only your colleagues see this.').waitFor();
    await field(page).fill('She is a regular.');
    await page.getByRole('button', { name: 'Add note' }).click();
    const note = log(page).locator('article[data-side=note]').filter({ hasText: 'She is a regular.' });
    await note.waitFor();
    await note.getByText('Internal note').waitFor();
    assert.equal((await w.sim.call(`ledger?page=${w.shop}&text=${encodeURIComponent('She is a regular.')}`)).length, 0);
  });

  test('a file goes along, and one that the platform refuses says so', async () => {
    const page = await w.enter();
    await page.getByRole('link', { name: 'Pending' }).click();
    await rows(page).first().click();
    await log(page).waitFor();
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    await page.locator('input[type=file]').setInputFiles({ name: 'map.png', mimeType: 'image/png', buffer: png });
    await page.getByRole('list', { name: 'Attached files' }).getByText('map.png').waitFor();
    await write(page, 'r', 'This is where we are.');
    await log(page).getByRole('button', { name: /map.png/ }).waitFor();
    await until('the file was sent', async () => {
      const sent = await w.sim.call(`ledger?page=${w.shop}`);
      return sent.some((s) => s.attachments?.length === 1);
    });
  });

  test('a failed answer says why, and goes out again when asked', async () => {
    const page = await w.enter();
    await page.getByRole('link', { name: 'Pending' }).click();
    await rows(page).first().click();
    await log(page).waitFor();
    await w.sim.call('faults', { call: 'send', answer: 'error', error: '10/2018278' });
    await write(page, 'r', 'Second try');
    await delivery(page, 'failed').waitFor();
    await log(page).getByText(/The platform says/).waitFor();
    await page.getByRole('button', { name: 'Send again' }).click();
    await delivery(page, 'failed').waitFor({ state: 'detached' });
    const sent = await until('it was sent', async () => {
      const all = await w.sim.call(`ledger?page=${w.shop}&text=${encodeURIComponent('Second try')}`);
      return all.length > 0 && all;
    });
    assert.equal(sent.length, 1);
  });

  test('an answer of which nobody knows is settled by a person', async () => {
    const page = await w.enter();
    await page.getByRole('link', { name: 'Pending' }).click();
    await rows(page).first().click();
    await log(page).waitFor();
    await w.sim.call('faults', { call: 'send', answer: 'drop' });
    await write(page, 'r', 'Lost on its way');
    await delivery(page, 'unconfirmed').waitFor();
    await page.getByRole('button', { name: 'It did not arrive' }).click();
    await delivery(page, 'failed').waitFor();
  });

  test('tasks are resolved, taken up again and assigned by keyboard', async () => {
    await w.sim.write(w.shop, w.people['Tomás'], 'Do you have oat milk?');
    const page = await w.enter();
    const row = rows(page).filter({ hasText: 'Tomás' });
    await row.waitFor();
    await row.click();
    await log(page).getByText('oat milk').waitFor();
    await page.keyboard.press('a'); // the owner has it: gives it back
    await page.getByRole('button', { name: 'Assign to me' }).first().waitFor();
    await page.keyboard.press('a');
    await page.getByRole('button', { name: 'Assign to me' }).first().waitFor({ state: 'detached' });
    await page.keyboard.press('e');
    await page.getByRole('button', { name: 'Take up again' }).waitFor();
    await row.waitFor({ state: 'detached' });
    await page.keyboard.press('e');
    await row.waitFor();
    await page.keyboard.press('u');
    await page.waitForURL(/\/tasks$/);
    await row.and(page.locator('[data-unread]')).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Write an internal note').waitFor();
    await checkAccessibility(page, 'shortcuts');
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('tom');
    await page.getByRole('option', { name: /Tomás/ }).click();
    await page.getByText('Tasks of Tomás Herrera').waitFor();
  });

  test('what is asked for while the server has yet to answer stays on the screen', async () => {
    const page = await w.enter();
    const { id } = await w.taskOf(page, w.people['Tomás'], 'And soy milk?');
    const me = await w.call(page, 'GET', '/me');
    await w.call(page, 'PATCH', `/tasks/${id}`, { assignee_ids: [me.id], unread: true });
    const answers = [];
    await page.route(/\/api\/v1\/tasks\/[^/]+$/, async (route) => {
      if (route.request().method() !== 'PATCH') return route.continue();
      await new Promise((resolve) => answers.push(resolve));
      await route.continue();
    });
    const letGo = async () => {
      await until('a change is under way', () => answers.length > 0);
      const answered = page.waitForResponse((r) => r.request().method() === 'PATCH');
      answers.shift()();
      await answered;
    };
    await rows(page).filter({ hasText: 'Tomás' }).click();
    await log(page).getByText('soy milk').waitFor(); // it is read now: the first change
    const take = page.getByRole('button', { name: 'Assign to me' }).first();
    await page.keyboard.press('a');
    await take.waitFor();
    await letGo(); // the first answer knows nothing of the second change
    await page.waitForTimeout(300);
    assert.ok(await take.isVisible());
    await page.keyboard.press('a');
    await take.waitFor({ state: 'detached' });
    await letGo();
    await letGo();
    await until('the server has heard all', async () => (await w.call(page, 'GET', `/tasks/${id}`)).assignees[0]?.id === me.id);
    assert.equal(await take.count(), 0);
  });

  test('statuses, fields and the reasons stand beside the conversation', async () => {
    const page = await w.enter();
    await rows(page).filter({ hasText: 'Tomás' }).click();
    const details = page.getByRole('complementary', { name: 'Details' });
    await details.getByLabel('Order number').fill('4711');
    await details.getByLabel('Order number').press('Enter');
    await page.reload();
    await until('the field was kept', async () => (await details.getByLabel('Order number').inputValue()) === '4711');
    await details.getByRole('button', { name: /Why is this task/ }).click();
    await details.getByText(/The task was made from the template/).first().waitFor();
    await details.getByRole('button', { name: /Status: / }).click();
    await page.getByRole('menuitemradio', { name: 'In progress' }).click();
    await page.getByRole('button', { name: 'Status: In progress' }).first().waitFor();
    await checkAccessibility(page, 'details');
  });

  test('a lost connection is said, and made up for', async () => {
    const page = await w.enter();
    await rows(page).first().waitFor();
    await page.context().setOffline(true);
    await page.getByText(/No connection/).waitFor();
    await w.sim.write(w.shop, w.people['Ольга'], 'Are you there?');
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Try now' }).click({ timeout: 1000 }).catch(() => {});
    await rows(page).filter({ hasText: 'Are you there?' }).waitFor();
    await page.getByText(/No connection/).waitFor({ state: 'detached' });
    page.excuse(/ERR_INTERNET_DISCONNECTED/);
  });

  test('many tabs are all kept up to date, with one connection', async () => {
    const first = await w.enter();
    const others = await Promise.all(Array.from({ length: 7 }, () => first.context().newPage()));
    await Promise.all(others.map((page) => page.goto('/tasks')));
    await Promise.all(others.map((page) => rows(page).first().waitFor()));
    await w.sim.write(w.shop, w.people['Ольга'], 'To all tabs');
    await Promise.all([first, ...others].map((page) => rows(page).filter({ hasText: 'To all tabs' }).waitFor()));
    await first.close(); // the one that was connected: another takes over
    await w.sim.write(w.shop, w.people['Ольга'], 'To those that are left');
    await Promise.all(others.map((page) => rows(page).filter({ hasText: 'To those that are left' }).waitFor()));
  });

  test('the reply window is told before it bites', async () => {
    const page = await w.enter();
    await w.sim.call('advance', { by: '26h' });
    await rows(page).filter({ hasText: 'Tomás' }).click();
    await page.getByText(/Only you in person may still answer/).waitFor();
    await w.sim.call('advance', { by: '170h' });
    await page.reload();
    await page.getByText(/reply window has closed/).first().waitFor();
    await field(page).fill('Too late');
    assert.ok(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled());
  });
});

describe('comments under a post', () => {
  const w = sandboxFor();

  test('are answered publicly or privately, and moderated', async () => {
    const post = await w.sim.call('posts', { page: w.shop, text: 'New: the autumn roast' });
    await w.sim.call('comment', { post: post.id, person: w.people.Anna, text: 'How much is it?' });
    const page = await w.enter();
    await rows(page).first().click();
    await log(page).getByText('How much is it?').waitFor();
    await page.getByText('Everybody under the post can read it.').waitFor();
    await write(page, 'r', 'Twelve euros a bag.');
    await log(page).getByText('Twelve euros a bag.').waitFor();
    await log(page).getByText('Twelve euros').waitFor();
    await until('the answer stands under the comment', async () => (await w.sim.call('ledger')).some((s) => s.under && s.text === 'Twelve euros a bag.'));

    await page.evaluate(() => document.activeElement?.blur());
    await page.getByRole('button', { name: 'What can be done with this comment' }).first().click();
    await page.getByRole('menuitem', { name: 'Answer privately' }).click();
    await page.getByText('Only Anna Berg reads it.').waitFor();
    await field(page).fill('I will keep one for you.');
    await page.keyboard.press('Control+Enter');
    await until('the private reply was sent', async () => (await w.sim.call('ledger')).some((s) => s.under && s.psid && s.text === 'I will keep one for you.'));
    await log(page).getByText('answered privately').waitFor();

    await page.getByRole('button', { name: 'What can be done with this comment' }).first().click();
    await page.getByRole('menuitem', { name: 'Hide on the platform' }).click();
    await log(page).getByText('hidden', { exact: true }).waitFor();
    await checkAccessibility(page, 'comments');
  });
});

describe('channels', () => {
  const w = sandboxFor();

  test('what comes in while one is off is held, and imported', async () => {
    const page = await w.enter();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Channels' }).click();
    const toggle = page.getByRole('switch', { name: /Café Morgenrot/ });
    await toggle.click({ force: true });
    await page.getByText('Off', { exact: true }).waitFor();
    await w.sim.write(w.shop, w.people.Anna, 'Is anybody there?');
    await w.sim.call('flush', {});
    await until('the held event is counted', async () => {
      await page.reload();
      return page.getByText('1 event came in').waitFor({ timeout: 1000 }).then(() => true, () => false);
    });
    await checkAccessibility(page, 'channels');
    await toggle.click({ force: true });
    await page.getByRole('link', { name: '1 event came in' }).click();
    await page.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('button', { name: 'Import' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'All tasks' }).click();
    await rows(page).filter({ hasText: 'Is anybody there?' }).waitFor();
  });

  test('one that the platform does not know is refused in words', async () => {
    const page = await w.enter();
    await page.goto('/channels');
    await page.getByRole('link', { name: 'Connect a channel' }).click();
    await page.getByRole('checkbox', { name: /I have read this/ }).check();
    await page.getByRole('button', { name: 'Accept and go on' }).click();
    await page.getByRole('button', { name: 'Connect with a token' }).click();
    await page.getByLabel('Page id').fill('123456');
    await page.getByLabel('Access token', { exact: true }).fill('not a token');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.locator('form').getByRole('alert').waitFor();
    page.excuse(/status of (4\d\d|503)/);
  });
});

describe('in German, on a phone, in the dark', () => {
  const w = sandboxFor('de');
  const phone = { viewport: { width: 375, height: 812 }, locale: 'de-DE', colorScheme: 'dark', hasTouch: true, isMobile: true };

  test('everything can be reached and read', async () => {
    const page = await w.open(phone);
    await page.goto('/');
    await page.getByRole('button', { name: 'Anmelden' }).waitFor();
    await fits(page, 'sign-in');
    await signIn(page, w);
    await page.getByText('Seien Sie Ihr eigener Kunde').waitFor();
    await w.sim.write(w.shop, w.people.Anna, 'Guten Tag, haben Sie am Sonntag geöffnet?');
    await rows(page).first().waitFor();
    await fits(page, 'list');
    await checkAccessibility(page, 'list in the dark');
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.match(background, /rgb\((\d|1\d|2\d), /, 'dark');

    await rows(page).first().tap();
    await log(page).getByText('haben Sie am Sonntag').waitFor();
    await fits(page, 'task');
    await checkAccessibility(page, 'task in the dark');
    await page.getByPlaceholder('Antwort schreiben …').fill('Ja, von neun bis fünf.');
    await page.getByRole('button', { name: 'Senden' }).tap();
    await delivery(page, 'delivered').waitFor();
    await page.getByText('Zugestellt').waitFor();
    await page.getByRole('button', { name: /Details/ }).tap();
    await page.getByRole('dialog').getByText('Warum ist diese Aufgabe so?').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Zurück zur Liste' }).tap();
    await page.getByRole('button', { name: 'Menü' }).tap();
    await page.getByRole('dialog').getByRole('link', { name: 'Einstellungen' }).tap();
    await fits(page, 'the settings');
    await page.getByRole('link', { name: 'Kanäle' }).tap();
    await page.getByRole('link', { name: 'Café Morgenrot' }).waitFor();
    await fits(page, 'channels');
  });
});

// Channels and lead ads, in a real browser against the simulated platform: connecting by the login, what is missing on pages,
// off and held, a token that dies, a form that changes. Any error on the page fails the test in which it happens.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAccessibility, fits, sandboxFor, until } from './support.mjs';

/** Both schemes, because colours are other ones. */
async function accessible(page, what) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    await checkAccessibility(page, `${what}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}

/** Somebody who manages thirty pages: on one they lack a task, another belongs to a Business. */
async function manager(w) {
  const pages = [];
  for (let i = 1; i <= 30; i++) pages.push((await w.sim.call('pages', { name: `Bakery ${String(i).padStart(2, '0')}` })).id);
  const managed = pages.map((page, i) => (i === 4 ? { page, tasks: ['ADVERTISE'] } : i === 6 ? { page, business: 'Holding' } : { page }));
  const user = await w.sim.call('users', { name: 'Mia Manager', pages: [...managed, { page: w.shop }] });
  return { id: user.id, pages };
}

/** Ends the login dialog that the browser is at, as somebody does, and goes where it leads. */
async function endLogin(page, w, login) {
  await page.waitForURL(/dialog\/oauth/);
  const { location } = await w.sim.call('login', { url: page.url(), ...login });
  await page.goto(location);
}

const accept = async (page) => {
  await page.getByRole('checkbox', { name: /I have read this/ }).check();
  await page.getByRole('button', { name: 'Accept and go on' }).click();
};

describe('connecting pages', () => {
  const w = sandboxFor();
  let mia;

  test('says what it means to cancel, and lets one go on', async () => {
    mia = await manager(w);
    const page = await w.enter();
    await page.goto('/channels');
    await page.getByRole('link', { name: 'Connect a channel' }).click();
    await page.getByRole('button', { name: 'Accept and go on' }).waitFor();
    assert.ok(await page.getByRole('button', { name: 'Accept and go on' }).isDisabled(), 'before it was agreed to');
    await accessible(page, 'the terms');
    await accept(page);
    const go = page.getByRole('button', { name: 'Continue with Facebook' });
    await go.waitFor();
    await accessible(page, 'the login');
    await go.click();
    await endLogin(page, w, { user: mia.id, deny: true });
    await page.getByRole('alert').getByText('You cancelled the login').waitFor();
    await accessible(page, 'a login that was cancelled');
    await go.waitFor();
    assert.equal((await w.call(page, 'GET', '/channels/connections')).items.length, 0);
  });

  test('tells who came back without having finished', async () => {
    const page = await w.enter();
    await page.goto('/channels/connect');
    await page.getByRole('button', { name: 'Continue with Facebook' }).click();
    await page.waitForURL(/dialog\/oauth/);
    await page.goBack();
    await page.getByText('The login was not finished').waitFor();
    assert.ok(await page.getByRole('button', { name: 'Continue with Facebook' }).isEnabled());
  });

  test('shows thirty pages, what each lacks, and connects all that can be', async () => {
    const page = await w.enter();
    await page.goto('/channels/connect');
    await page.getByText('Terms accepted by').waitFor();
    await page.getByRole('button', { name: 'Continue with Facebook' }).click();
    await endLogin(page, w, { user: mia.id, pages: mia.pages.slice(0, 29), unticked: { pages_messaging: [mia.pages[8]] } });
    await page.getByRole('heading', { name: 'The pages of Mia Manager' }).waitFor();
    await page.getByLabel('Find a page').fill('bakery 09');
    const list = page.getByRole('list', { name: 'Pages', exact: true });
    await list.getByText('was not given for this page').waitFor();
    assert.ok(await page.getByRole('checkbox', { name: 'Bakery 09' }).isDisabled(), 'a tick is missing');
    await page.getByLabel('Find a page').fill('bakery 05');
    await list.getByText('You may not do this on the page yourself').first().waitFor();
    await page.getByLabel('Find a page').fill('');
    await page.getByText('A page is missing, or something').click();
    await page.getByText('Switch on “Manage Page” and assign.').waitFor();
    await accessible(page, 'the pages');
    await page.getByRole('checkbox', { name: /Select all 27/ }).check();
    await page.getByRole('button', { name: 'Connect 27 pages' }).click();
    await page.getByText('27 of 27 done').waitFor({ timeout: 30_000 });
    await accessible(page, 'connected pages');
    await page.getByRole('button', { name: 'Go on to the first message' }).click();
    await page.getByRole('heading', { name: '27 pages are connected' }).waitFor();
  });

  test('ends with a first message that appears by itself', async () => {
    const page = await w.enter();
    await page.goto('/channels/connect');
    await page.getByRole('link', { name: /Choose pages.*Mia Manager/ }).click();
    await page.getByRole('checkbox', { name: 'Bakery 01' }).check();
    await page.getByRole('button', { name: 'Connect 1 page', exact: true }).click();
    await page.getByRole('button', { name: 'Go on to the first message' }).click();
    await page.getByText('Waiting for a message to Bakery 01').waitFor();
    await accessible(page, 'waiting for the first message');
    await w.sim.write(mia.pages[0], w.people.Anna, 'Are you open?');
    await page.getByText('It works: the message is here').waitFor();
    await page.getByRole('link', { name: /Open task #/ }).click();
    await page.getByRole('log').getByText('Are you open?').waitFor();
  });

  test('lists the channels, finds them, and fits on a phone', async () => {
    const page = await w.enter();
    await page.goto('/channels');
    await page.getByLabel('Find a channel').fill('bakery 01');
    await page.getByRole('link', { name: 'Bakery 01' }).waitFor();
    assert.equal(await page.getByRole('link', { name: /^Bakery/ }).count(), 1);
    await accessible(page, 'the channels');
    const phone = await w.enter(w, { viewport: { width: 375, height: 740 } });
    for (const [address, words] of [
      ['/channels', 'Bakery 02'],
      ['/channels/connect', 'Log in at the platform'],
      [`/channels/${(await w.call(phone, 'GET', '/channels')).items[0].id}`, 'How it is'],
    ]) {
      await phone.goto(address);
      await phone.getByText(words).first().waitFor();
      await fits(phone, address);
    }
  });
});

describe('a channel', () => {
  const w = sandboxFor();
  const channel = async (page) => (await w.call(page, 'GET', '/channels')).items.find((c) => c.external_id === w.shop);

  test('explains its settings, and what they would have made', async () => {
    const page = await w.enter();
    const task = await w.taskOf(page, w.people.Anna, 'First');
    await w.call(page, 'PATCH', `/tasks/${task.id}`, { status: 'resolved' });
    await w.sim.write(w.shop, w.people.Anna, 'Second');
    await until('she has two tasks', async () => (await w.call(page, 'GET', '/tasks')).items.length === 2);
    const c = await channel(page);
    await page.goto(`/channels/${c.id}`);
    await page.getByText('2 came in; 2 tasks were really made of it.').waitFor();
    await accessible(page, 'a channel');
    await page.getByRole('group', { name: 'When somebody writes again' }).getByRole('radio', { name: 'Re-open the last task' }).check();
    await page.getByText('1 change is not saved yet').waitFor();
    await page.getByText('it would have been different here').waitFor();
    await accessible(page, 'a changed setting');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('The settings hold from the next message on.').waitFor();
    assert.equal((await channel(page)).settings.new_task, 'reopen_last');
    await page.getByLabel('Name for your colleagues').fill('Coffee house');
    await page.getByRole('button', { name: 'Save the name' }).click();
    await page.getByRole('heading', { name: 'Coffee house', level: 1 }).waitFor();
  });

  test('holds what comes while it is off, and imports it', async () => {
    const page = await w.enter();
    const c = await channel(page);
    await page.goto(`/channels/${c.id}`);
    await page.getByRole('switch', { name: 'This channel is on' }).click({ force: true });
    await page.getByText('This channel is off').waitFor();
    await w.sim.write(w.shop, w.people['Tomás'], 'Is anybody there?');
    await w.sim.call('flush', {});
    await until('it is held', async () => (await w.call(page, 'GET', `/channels/${c.id}`)).held === 1);
    await page.reload();
    await page.getByText('1 event came in while the channel was off.').waitFor();
    await accessible(page, 'a channel that is off');
    await page.getByRole('switch', { name: 'This channel is on' }).click({ force: true });
    await page.getByRole('button', { name: 'Import' }).click();
    await page.getByText('1 event is being imported.').waitFor();
    await until('it is a task', async () => (await w.call(page, 'GET', '/tasks')).items.some((x) => x.snippet === 'Is anybody there?'));
    await page.getByText('came in while the channel was off').waitFor({ state: 'detached' });
  });

  test('whose access has died is connected again, and what waited goes', async () => {
    const page = await w.enter();
    const user = await w.sim.call('users', { name: 'Nora', pages: [{ page: w.shop }] });
    const task = (await w.call(page, 'GET', '/tasks')).items.find((x) => x.snippet === 'Is anybody there?');
    await w.sim.call(`pages/${w.shop}`, { token_error: '190/460' }, 'PATCH');
    await w.call(page, 'POST', `/tasks/${task.id}/comments`, { text: 'Yes, we are here.', visibility: 'public' });
    const c = await channel(page);
    await page.goto(`/channels/${c.id}`);
    await page.getByRole('alert').getByText('This channel has to be connected again').waitFor();
    await accessible(page, 'a channel to be connected again');
    await w.sim.call(`pages/${w.shop}`, { token_error: '' }, 'PATCH');
    await page.getByRole('alert').getByRole('link', { name: 'Connect again' }).click();
    await accept(page);
    await page.getByRole('button', { name: 'Continue with Facebook' }).click();
    await endLogin(page, w, { user: user.id, all: true });
    await page.getByRole('button', { name: 'Connect 1 page', exact: true }).click();
    await page.getByText('Connected again').waitFor();
    await until('the answer has arrived', async () => {
      const { thread } = await w.sim.call(`state?page=${w.shop}&person=${w.people['Tomás']}`);
      return JSON.stringify(thread).includes('Yes, we are here.');
    });
    await page.goto(`/channels/${c.id}`);
    await page.getByText('How it is').waitFor();
    assert.equal(await page.getByRole('alert').count(), 0);
  });

  test('is removed by whoever types its name', async () => {
    const page = await w.enter();
    const c = await channel(page);
    await page.goto(`/channels/${c.id}`);
    await page.getByRole('button', { name: 'Remove …' }).click();
    const dialog = page.getByRole('dialog');
    const sure = dialog.getByRole('button', { name: 'Remove the channel' });
    assert.ok(await sure.isDisabled());
    await accessible(page, 'removing a channel');
    await dialog.getByLabel(/to confirm/).fill('Coffee house');
    await sure.click();
    await page.getByText('Coffee house is removed.').waitFor();
    await page.waitForURL(/\/channels$/);
  });
});

describe('lead ads', () => {
  const w = sandboxFor();
  const questions = [
    { key: 'full_name', label: 'Name', type: 'FULL_NAME' },
    { key: 'email', label: 'E-mail', type: 'EMAIL' },
  ];

  test('a new question is told, given a place, and filled in on older tasks', async () => {
    const page = await w.enter();
    const c = (await w.call(page, 'GET', '/channels')).items[0];
    const form = await w.sim.call('forms', { page: w.shop, name: 'Tasting', questions });
    await page.goto('/settings/lead-forms');
    await page.getByRole('button', { name: 'Read the forms anew' }).click();
    await page.getByRole('link', { name: 'Tasting' }).waitFor();
    await accessible(page, 'the forms');
    await w.sim.call(`forms/${form.id}`, { questions: [...questions, { key: 'wish', label: 'Request', type: 'CUSTOM' }] }, 'PATCH');
    const submit = (name, wish, ago) =>
      w.sim.call('leads', {
        form: form.id, ad_name: 'Cup', campaign: 'Autumn', ago_hours: ago,
        answers: [{ name: 'full_name', values: [name] }, { name: 'email', values: [`${name.toLowerCase()}@a.example`] }, { name: 'wish', values: [wish] }],
      });
    await submit('Anna', 'A dark roast', 0);
    const task = await until('the lead is a task', async () => (await w.call(page, 'GET', `/tasks?channel_id=${c.id}`)).items.find((x) => x.title.includes('Anna')));
    await page.goto(`/settings/lead-forms?channel=${c.id}`);
    await page.getByText('Form changed').waitFor();
    await page.getByRole('button', { name: 'Read the forms anew' }).click();
    await page.getByText('1 answer goes nowhere').first().waitFor();
    await page.getByRole('link', { name: 'Tasting' }).click();
    await page.getByText('This form has changed at the platform').waitFor();
    await page.getByText('New: Request').waitFor();
    await accessible(page, 'a form that changed');
    await page.getByRole('button', { name: 'Take 1 suggestion' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('The form is saved.').waitFor();
    await page.getByText('This form has changed at the platform').waitFor({ state: 'detached' });
    assert.ok(!(await w.call(page, 'GET', `/tasks/${task.id}`)).fields.request, 'not before it is asked for');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('status').getByText('Done').waitFor();
    await accessible(page, 'a back-fill');
    assert.equal((await w.call(page, 'GET', `/tasks/${task.id}`)).fields.request, 'A dark roast');
    await w.call(page, 'POST', `/tasks/${task.id}/comments`, { text: 'Called her.', visibility: 'internal' });
    await page.goto('/settings/campaigns');
    const row = page.getByRole('row', { name: /^Autumn/ });
    await row.getByText('100 %').first().waitFor();
    await accessible(page, 'the campaigns');
    const table = await page.request.get(await page.getByRole('link', { name: 'Download as CSV' }).getAttribute('href'));
    assert.match(await table.text(), /Autumn,1,1,1,/);
  });

  test('a test lead is made, and its way is told live; a second one takes the place of the first', async () => {
    const page = await w.enter();
    await page.goto('/settings/lead-forms');
    await page.getByRole('link', { name: 'Tasting' }).click();
    const panel = page.getByRole('region', { name: 'Try it with a test lead' });
    await panel.getByRole('button', { name: 'Make a test lead' }).dblclick();
    await panel.getByText('It became a task').waitFor();
    await panel.getByText('Received here').waitFor();
    await accessible(page, 'a test lead');
    const first = await panel.getByRole('link', { name: 'Open the task' }).getAttribute('href');
    await page.waitForTimeout(5500); // whoever clicks again sooner means the one that was just made
    await panel.getByRole('button', { name: 'Make a test lead' }).click();
    await panel.getByRole('alert').getByText('keeps one at a time').waitFor();
    page.excuse(/status of 409/); // that there is one was to be shown
    await accessible(page, 'a test lead that is there');
    await panel.getByRole('button', { name: 'Delete it and make a new one' }).click();
    await until('there is another task', async () => {
      const link = panel.getByRole('link', { name: 'Open the task' });
      return (await link.count()) === 1 && (await link.getAttribute('href')) !== first;
    });
    await panel.getByRole('link', { name: 'Open the task' }).click();
    await page.getByText('Test', { exact: false }).first().waitFor();
    assert.equal((await w.call(page, 'GET', '/lead-figures?by=form')).all.leads, 1, 'tests do not count');
  });

  test('what is missing is said, and where to look when nothing comes', async () => {
    const page = await w.enter();
    await page.goto('/settings/lead-forms');
    await page.getByRole('link', { name: 'Tasting' }).click();
    const panel = page.getByRole('region', { name: 'Try it with a test lead' });
    await w.sim.call(`pages/${w.shop}`, { lead_access: 'task' }, 'PATCH');
    await page.waitForTimeout(5500);
    await panel.getByRole('button', { name: 'Make a test lead' }).click();
    await panel.getByText('page task Ads (ADVERTISE)').waitFor();
    await w.sim.call(`pages/${w.shop}`, { lead_access: '', subscribed_fields: ['messages'] }, 'PATCH');
    await panel.getByRole('button', { name: 'Make a test lead' }).click();
    await panel.getByRole('button', { name: 'Delete it and make a new one' }).click();
    await panel.getByText('has not told of it yet').waitFor({ timeout: 20_000 });
    page.excuse(/status of (409|422)/);
    await panel.getByRole('link', { name: 'Its events' }).waitFor();
    await accessible(page, 'a test lead that does not come');
  });

  test('people who write by an ad are counted beside leads', async () => {
    const page = await w.enter();
    const person = await w.sim.call('people', { first_name: 'Ada', last_name: 'Click' });
    await w.sim.call(`pages/${w.shop}`, { subscribed_fields: ['messages', 'messaging_referrals', 'leadgen'] }, 'PATCH');
    await w.sim.call('arrive', { page: w.shop, person: person.id, ad_id: '1202', ad_title: 'Winter cup', text: 'How much is it?' });
    await until('it is counted', async () => (await w.call(page, 'GET', '/lead-figures')).all.conversations === 1);
    await page.goto('/settings/campaigns');
    const row = page.getByRole('row', { name: /^Winter cup/ });
    await row.getByText('Message').waitFor();
    await row.getByText('campaign not known').waitFor();
    await accessible(page, 'campaigns with messages');
    await page.getByRole('combobox', { name: 'Brought' }).selectOption('lead');
    await row.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /^Autumn/ }).waitFor();
    const table = await page.request.get('/api/v1/lead-figures.csv?kind=message');
    assert.match(await table.text(), /1202,Winter cup,0,.*,message,1,ad/);
  });

  test('fits on a phone', async () => {
    const page = await w.enter(w, { viewport: { width: 375, height: 740 } });
    await page.goto('/settings/lead-forms');
    await page.getByRole('link', { name: 'Tasting' }).click();
    await page.getByText('Where each answer goes').waitFor();
    await fits(page, 'a form');
    await page.goto('/settings/campaigns');
    await page.getByText('Autumn').waitFor();
    await fits(page, 'campaigns');
  });
});

describe('eine Seite verbinden', () => {
  const w = sandboxFor('de');

  test('geht auf Deutsch, und mit der Tastatur allein', async () => {
    const page = await w.enter();
    const user = await w.sim.call('users', { name: 'Uta', pages: [{ page: w.shop }] });
    await page.goto('/channels/connect');
    await page.getByRole('heading', { name: 'Vor der ersten Seite: die Bedingungen' }).waitFor();
    const reach = async (locator) => {
      await until('die Tastatur ist dort', async () => {
        if (await locator.evaluate((x) => x === document.activeElement)) return true;
        await page.keyboard.press('Tab');
        return false;
      });
    };
    await reach(page.getByRole('checkbox'));
    await page.keyboard.press('Space');
    await reach(page.getByRole('button', { name: 'Annehmen und weiter' }));
    await page.keyboard.press('Enter');
    await reach(page.getByRole('button', { name: 'Weiter mit Facebook' }));
    await accessible(page, 'die Anmeldung');
    await page.keyboard.press('Enter');
    await endLogin(page, w, { user: user.id, all: true });
    await page.getByRole('heading', { name: 'Die Seiten von Uta' }).waitFor();
    await reach(page.locator('ul input[type=checkbox]').first());
    await page.keyboard.press('Space');
    await reach(page.getByRole('button', { name: '1 Seite verbinden' }));
    await page.keyboard.press('Enter');
    await page.getByText('Neu verbunden').waitFor();
    await reach(page.getByRole('button', { name: 'Weiter zur ersten Nachricht' }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '1 Seite ist verbunden' }).waitFor();
    await accessible(page, 'verbunden');
  });
});

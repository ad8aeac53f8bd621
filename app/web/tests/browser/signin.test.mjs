// The ways in: the first account of an empty installation, second factor, invitation, new password, and sessions that end. As
// in kontor.test.mjs any error on a page fails the test in which it happens.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { startSandbox, startServer } from '../../scripts/kontor.mjs';
import { appCode, checkAccessibility, fits, openBrowser, openPage, signIn } from './support.mjs';

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());

/** A program for the tests of one group, and pages on it. */
function programFor(start) {
  const world = { pages: [] };
  before(async () => Object.assign(world, await start()));
  after(() => world.stop());
  afterEach(async () => {
    for (const page of world.pages) {
      const { troubles } = page;
      await page.context().close();
      assert.deepEqual(troubles, []);
    }
    world.pages = [];
  });
  world.open = async (options) => {
    const page = await openPage(browser, world.url, options);
    world.pages.push(page);
    return page;
  };
  return world;
}

const owner = { email: 'ana@acme.example', password: 'tall green bicycle' };

describe('an empty installation', () => {
  const w = programFor(startServer);

  test('is set up in the browser, once', async () => {
    const page = await w.open();
    await page.goto('/');
    await page.waitForURL(/\/set-up/);
    await page.getByLabel('Name of the account').fill('Acme');
    await checkAccessibility(page, 'set-up');
    await page.setViewportSize({ width: 375, height: 812 });
    await fits(page, 'set-up');
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByLabel('Your name').fill('Ana');
    await page.getByLabel('E-mail').fill(owner.email);
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill('0123456789');
    assert.equal(await page.getByLabel('Time zone').inputValue(), 'Europe/Berlin');
    assert.equal(await page.getByLabel('Country').inputValue(), 'GB');
    await page.getByLabel('Country').selectOption({ label: 'Germany' });
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByText('This password is well known').waitFor();
    page.excuse(/status of 422/);
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill(owner.password);
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.waitForURL(/\/channels/);
    await page.getByRole('heading', { name: 'Channels' }).waitFor();

    const second = await w.open();
    await second.goto('/set-up');
    await second.waitForURL(/\/sign-in/);
    await signIn(second, owner);
  });
});

describe('signing in', () => {
  const w = programFor(startSandbox);
  let secret;
  let codes;

  test('takes a second factor once it is set up', async () => {
    const page = await w.open();
    await signIn(page, w);
    await page.goto('/settings/me');
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill(w.password);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    await checkAccessibility(page, 'second factor');
    secret = await page.locator('form code').innerText();
    await page.getByRole('textbox', { name: 'Code' }).fill(appCode(secret));
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByText('Keep your recovery codes').waitFor();
    codes = await page.locator('ul code').allInnerTexts();
    codes = codes.filter((c) => /^\w{4}-\w{4}-\w{4}-\w{4}$/.test(c));
    assert.equal(codes.length, 10);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('10 recovery codes are left.').waitFor();
  });

  const toSecondStep = async (page) => {
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill(w.email);
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill(w.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Second factor' }).waitFor();
  };

  test('with the code of the app, and with a recovery code once', async () => {
    const page = await w.open();
    await toSecondStep(page);
    await checkAccessibility(page, 'second step');
    await page.getByRole('textbox', { name: 'Code' }).fill('000000');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('session.wrong_code').waitFor();
    await page.getByRole('textbox', { name: 'Code' }).fill(appCode(secret, 1));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(/\/tasks/);

    const other = await w.open();
    const withRecovery = async () => {
      await toSecondStep(other);
      await other.getByRole('button', { name: 'Use a recovery code' }).click();
      await other.getByLabel('Recovery code').fill(codes[0].toLowerCase());
      await other.getByRole('button', { name: 'Sign in' }).click();
    };
    await withRecovery();
    await other.waitForURL(/\/tasks/);
    await other.context().clearCookies();
    await withRecovery();
    await other.getByText('session.wrong_code').waitFor();
  });

  test('ends elsewhere when it is ended here', async () => {
    const here = await w.open();
    const there = await w.open();
    for (const [page, code] of [[here, codes[1]], [there, codes[2]]]) {
      await toSecondStep(page);
      await page.getByRole('button', { name: 'Use a recovery code' }).click();
      await page.getByLabel('Recovery code').fill(code);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(/\/tasks/);
    }
    await here.goto('/settings/me');
    await here.getByText('This one').waitFor();
    await checkAccessibility(here, 'your account');
    await here.setViewportSize({ width: 375, height: 812 });
    await fits(here, 'your account');
    await here.setViewportSize({ width: 1440, height: 900 });
    await here.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await here.getByText('You are signed out everywhere else.').waitFor();
    await there.goto('/tasks');
    await there.waitForURL(/\/sign-in/);
  });

  test('a token is shown once and works', async () => {
    const page = await w.open();
    await toSecondStep(page);
    await page.getByRole('button', { name: 'Use a recovery code' }).click();
    await page.getByLabel('Recovery code').fill(codes[3]);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(/\/tasks/);
    await page.goto('/settings/me');
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Shop system');
    await page.getByRole('button', { name: 'Create' }).click();
    const token = await page.getByRole('status').locator('code').innerText();
    const me = await fetch(`${w.url}/api/v1/me`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal(me.status, 200);
    const row = page.getByRole('listitem').filter({ hasText: 'Shop system' });
    await row.getByRole('button', { name: 'Revoke' }).click();
    await row.getByRole('button', { name: 'Really revoke' }).click();
    await page.getByText('The token no longer works.').waitFor();
    assert.equal((await fetch(`${w.url}/api/v1/me`, { headers: { Authorization: `Bearer ${token}` } })).status, 401);
  });
});

describe('people', () => {
  const w = programFor(startSandbox);

  test('are invited by a link and come in, in German too', async () => {
    const page = await w.open();
    await signIn(page, w);
    await page.goto('/settings/people');
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await page.getByLabel('E-mail').fill('neu@acme.example');
    await page.getByLabel('Role').selectOption('admin');
    await checkAccessibility(page, 'invite');
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    const link = await page.getByRole('status').locator('code').innerText();
    await page.getByText('Link only').waitFor();
    await checkAccessibility(page, 'people');
    await page.setViewportSize({ width: 375, height: 812 });
    await fits(page, 'people');
    await page.setViewportSize({ width: 1440, height: 900 });

    const guest = await w.open({ locale: 'de-DE' });
    await guest.goto(link.replace(/^https?:\/\/[^/]+/, ''));
    await guest.getByRole('heading', { name: /Willkommen bei/ }).waitFor();
    await checkAccessibility(guest, 'join');
    await guest.getByLabel('Ihr Name').fill('Neue Kollegin');
    await guest.getByLabel('Neues Passwort').fill('hohes grünes Fahrrad');
    await guest.getByRole('button', { name: 'Annehmen und anfangen' }).click();
    await guest.waitForURL(/\/tasks/);
    await guest.goto('/settings/people');
    await guest.getByRole('heading', { name: 'Personen' }).waitFor();
    await checkAccessibility(guest, 'Personen');

    await page.getByText('Neue Kollegin').waitFor(); // without a reload
    assert.equal(await page.getByText('Link only').count(), 0);
    const used = await w.open();
    await used.goto(link.replace(/^https?:\/\/[^/]+/, ''));
    await used.getByText('invitation.not_found').waitFor();
    used.excuse(/status of 404/);
  });

  test('say when they work: as the account, or at hours of their own', async () => {
    const page = await w.open();
    await signIn(page, w);
    const usual = { monday: ['08:00-12:00', '13:00-17:00'], friday: ['08:00-12:00'] };
    await page.request.patch(`${w.url}/api/v1/account`, { data: { working_hours: usual }, headers: { Origin: w.url } });
    await page.goto('/settings/people');
    await page.getByRole('button', { name: 'What to do about Neue Kollegin' }).click();
    await page.getByRole('menuitem', { name: 'Working hours' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('At any time').first().waitFor();
    await dialog.getByRole('button', { name: 'As the account' }).click();
    await dialog.getByRole('checkbox', { name: 'Tuesday' }).check();
    await dialog.getByRole('button', { name: 'Add a day off' }).click();
    await dialog.getByLabel('Date').fill('2026-12-24');
    await checkAccessibility(page, 'hours of somebody');
    await page.setViewportSize({ width: 375, height: 812 });
    await fits(page, 'hours of somebody');
    await page.setViewportSize({ width: 1440, height: 900 });
    await dialog.getByLabel('Friday, to').fill('07:00');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').getByText('Write spans as 09:00-17:00').waitFor();
    await dialog.getByLabel('Friday, to').fill('12:00');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The hours of Neue Kollegin are saved.').waitFor();
    await page.getByRole('button', { name: 'Working hours of Neue Kollegin: Mon–Tue 08:00–12:00, 13:00–17:00 · Fri 08:00–12:00' }).waitFor();
    await checkAccessibility(page, 'people with hours');
    page.excuse(/status of 422/);

    const colleague = await w.open({ locale: 'de-DE' });
    await signIn(colleague, { email: 'neu@acme.example', password: 'hohes grünes Fahrrad' });
    await colleague.goto('/settings/me');
    const mine = colleague.locator('section[aria-labelledby=me-hours]');
    await mine.getByRole('img', { name: 'Mo–Di 08:00–12:00, 13:00–17:00 · Fr 08:00–12:00' }).waitFor();
    await checkAccessibility(colleague, 'eigene Arbeitszeiten');
    await mine.getByRole('button', { name: 'Ändern' }).click();
    await colleague.getByRole('button', { name: 'Leeren: immer' }).click();
    await checkAccessibility(colleague, 'eigene Arbeitszeiten ändern');
    await colleague.getByRole('dialog').getByRole('button', { name: 'Speichern' }).click();
    await mine.getByText('Es sind keine gesetzt').waitFor();
    await page.getByRole('button', { name: 'Working hours of Neue Kollegin' }).waitFor({ state: 'detached' }); // without a reload
  });

  test('choose a new password by a link, which signs them out', async () => {
    const page = await w.open();
    await signIn(page, w);
    await page.goto('/settings/people');
    await page.getByRole('button', { name: 'What to do about Neue Kollegin' }).click();
    await page.getByRole('menuitem', { name: 'New password' }).click();
    const link = await page.getByRole('status').locator('code').innerText();

    const colleague = await w.open();
    await signIn(colleague, { email: 'neu@acme.example', password: 'hohes grünes Fahrrad' });
    const reset = await w.open();
    await reset.goto(link.replace(/^https?:\/\/[^/]+/, ''));
    await reset.getByLabel('New password').fill('wide blue tricycle');
    await checkAccessibility(reset, 'reset');
    await reset.getByRole('button', { name: 'Save the password' }).click();
    await reset.getByText('Your password has been changed.').waitFor();
    await colleague.goto('/tasks');
    await colleague.waitForURL(/\/sign-in/);
    await signIn(colleague, { email: 'neu@acme.example', password: 'wide blue tricycle' });

    const lost = await w.open();
    await lost.goto('/sign-in');
    await lost.getByRole('link', { name: 'Forgot your password?' }).click();
    await lost.getByText('This Kontor sends no mails.').waitFor();
    await checkAccessibility(lost, 'forgot');
  });

  test('are asked for a second factor where the account demands one', async () => {
    const page = await w.open();
    await signIn(page, w);
    await page.goto('/settings/people');
    await page.getByRole('switch', { name: 'Everybody needs a second factor' }).click({ force: true });
    await page.waitForURL(/\/enrol/);
    await checkAccessibility(page, 'enrol');
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill(w.password);
    await page.getByRole('button', { name: 'Continue' }).click();
    const secret = await page.locator('form code').innerText();
    await page.getByRole('textbox', { name: 'Code' }).fill(appCode(secret));
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.waitForURL(/\/tasks/);
    page.excuse(/status of 403/);
  });
});

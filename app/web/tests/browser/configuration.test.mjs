// The configuration as a text, in a real browser: taken from one account, brought to another, where the next message is made
// by it; wrong lines; the keyboard; the account's own settings. Any error on a page fails the test in which it happens.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { checkAccessibility, fits, sandboxFor } from './support.mjs';

/** The first of the console's words about an answer that is meant to be refused. */
function expectRefusal(page) {
  page.excuse(/status of 422/);
}

const editor = (page) => page.getByRole('textbox', { name: /^(Configuration|Konfiguration)$/ });

describe('a configuration', () => {
  const from = sandboxFor();
  const to = sandboxFor('de');
  let text = '';

  test('is taken from an account as a file', async () => {
    const page = await from.enter();
    const standard = (await from.call(page, 'GET', '/object-templates')).items.find((o) => o.standard);
    await from.call(page, 'PATCH', `/object-templates/${standard.id}`, {
      defaults: { title: 'Workshop: {{ message.text }}', priority: 'urgent', tags: ['workshop'] },
    });
    await from.call(page, 'POST', '/saved-replies', { name: 'Opening hours', text: 'Dear {{ contact.name }},\n\nwe open at nine.', shared: true });
    await page.goto('/settings');
    await page.getByRole('main').getByRole('link', { name: /^Configuration/ }).last().click();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download' }).click()]);
    assert.equal(file.suggestedFilename(), 'kontor.yaml');
    text = readFileSync(await file.path(), 'utf8');
    assert.match(text, /^kontor: 1\n/);
    assert.match(text, /Workshop: \{\{ message\.text \}\}/);
    await checkAccessibility(page, 'the configuration, empty');
  });

  test('is brought to another account, and the next message there is made by it', async () => {
    const page = await to.enter();
    await page.goto('/settings/configuration');
    await page.locator('input[type=file]').setInputFiles({ name: 'kontor.yaml', mimeType: 'application/yaml', buffer: Buffer.from(text) });
    await page.getByRole('button', { name: 'Zeigen, was sie täte' }).click();
    const plan = page.getByRole('region', { name: 'Was sie täte' });
    await plan.getByRole('heading', { name: 'Aufgabenvorlagen' }).waitFor();
    await plan.getByText('Workshop: {{ message.text }}').first().waitFor();
    // The presets are in German there: they are the same templates, and are not made a second time.
    assert.equal(await plan.getByRole('listitem').filter({ hasText: /^\+?Client dialog.*wird angelegt/ }).count(), 0);
    await checkAccessibility(page, 'a plan');
    await plan.getByRole('button', { name: 'Anwenden' }).click();
    const dialog = page.getByRole('dialog');
    await checkAccessibility(page, 'asking before it is done');
    await dialog.getByRole('button', { name: 'Anwenden' }).click();
    await page.getByText(/^Erledigt:/).waitFor();

    const task = await to.taskOf(page, to.people.Anna, 'a loose chair leg');
    assert.equal(task.title, 'Workshop: a loose chair leg');
    assert.equal(task.priority, 'urgent');

    await page.getByRole('button', { name: 'Zeigen, was sie täte' }).click();
    await page.getByText('Nichts: Das Konto ist schon, wie der Text es sagt.').waitFor();
    await page.setViewportSize({ width: 375, height: 812 });
    await fits(page, 'the configuration');
  });

  test('says in which line it is wrong, and leads there', async () => {
    const page = await from.enter();
    await page.goto('/settings/configuration');
    await editor(page).fill('kontor: 1\nteams:\n  - name: Kitchens\n    colour: red\n    members:\n      - nobody@work.example\n');
    await editor(page).press('Tab'); // by the keyboard alone
    await page.keyboard.press('Enter');
    const fault = page.getByRole('alert');
    await fault.getByText('“colour” is not known here').waitFor();
    assert.equal(await editor(page).getAttribute('aria-invalid'), 'true');
    await checkAccessibility(page, 'a wrong configuration');
    await fault.getByRole('button', { name: 'Line 4' }).press('Enter');
    assert.equal(await editor(page).evaluate((x) => x.value.slice(0, x.selectionStart).split('\n').length), 4);
    await page.keyboard.press('Shift+End');
    await page.keyboard.press('Delete');
    assert.equal(await fault.count(), 0); // what was said was of another text
    await page.getByRole('button', { name: 'Show what it would do' }).press('Enter');
    await fault.getByText('Nobody with the address nobody@work.example works in this account').waitFor();
    expectRefusal(page);
  });

  test('what has no effect here is said, and prune deletes', async () => {
    const page = await from.enter();
    await page.goto('/settings/configuration');
    await editor(page).fill('kontor: 1\nprune: true\nsaved_replies: []\nchannels:\n  - {kind: facebook, external_id: "42", name: Elsewhere}\n');
    await page.getByRole('button', { name: 'Show what it would do' }).click();
    await page.getByRole('list', { name: 'Left out' }).getByText('is not connected in this account').waitFor();
    await page.getByText('0 to create, 0 to change, 1 to delete').waitFor();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('dialog').getByText('1 thing is deleted for good.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    assert.equal((await from.call(page, 'GET', '/saved-replies')).items.length > 0, true);
  });

  test('the account has a name, a place and switches', async () => {
    const page = await to.enter();
    await page.goto('/settings/account');
    await page.locator('input[name=name]').fill('Werkstatt Nord');
    await page.getByRole('combobox', { name: 'Land' }).fill('Öster');
    await page.getByRole('option', { name: 'Österreich' }).click();
    await page.locator('form[aria-labelledby=account-identity]').getByRole('button', { name: 'Speichern' }).click();
    await page.getByText('Die Einstellungen des Kontos sind gespeichert.').waitFor();
    const account = await to.call(page, 'GET', '/account');
    assert.deepEqual([account.name, account.country], ['Werkstatt Nord', 'AT']);
    await page.getByRole('checkbox', { name: 'Montag' }).check();
    await page.getByRole('checkbox', { name: 'Dienstag' }).check();
    await page.getByLabel('Montag, von').fill('08:30');
    await page.getByRole('button', { name: 'Dienstag: noch eine Spanne' }).click();
    await page.getByRole('button', { name: 'Feiertag hinzufügen' }).click();
    await page.getByLabel('Datum').fill('2026-12-25');
    await page.getByLabel('Name des Feiertags').fill('Weihnachten');
    await checkAccessibility(page, 'the account');
    await page.locator('form[aria-labelledby=account-hours]').getByRole('button', { name: 'Speichern' }).click();
    await page.waitForFunction(() => document.querySelectorAll('form[aria-labelledby=account-hours] button[type=submit]:disabled').length === 1);
    assert.deepEqual((await to.call(page, 'GET', '/account')).working_hours, {
      monday: ['08:30-17:00'],
      tuesday: ['09:00-17:00', '18:00-22:00'],
      holidays: [{ date: '2026-12-25', name: 'Weihnachten' }],
    });
    await page.getByRole('switch', { name: 'Facebook ist in Betrieb' }).click();
    await page.waitForFunction(() => [...document.querySelectorAll('input[role=switch]')].filter((x) => !x.checked).length === 1);
    assert.deepEqual((await to.call(page, 'GET', '/account')).paused_kinds, ['facebook']);
    await page.setViewportSize({ width: 375, height: 812 });
    await fits(page, 'the account');
  });
});

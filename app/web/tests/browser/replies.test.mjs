// Saved replies, in a real browser: written once, put in by a slash, arriving on the phone. Any error on the page fails the
// test in which it happens.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAccessibility, fits, sandboxFor, until } from './support.mjs';

describe('a saved reply', () => {
  const w = sandboxFor();

  test('is written with variables and a category of its own', async () => {
    const page = await w.enter();
    await page.goto('/replies');
    await page.getByText('No saved replies yet').waitFor();
    await checkAccessibility(page, 'no saved replies');
    await page.getByRole('button', { name: 'New reply' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Opening hours');
    await page.getByLabel('Shortcut').fill('open');
    await page.getByRole('combobox', { name: 'Category' }).fill('Questions');
    await page.getByRole('option', { name: 'Make “Questions”' }).click();
    await page.getByLabel('Text', { exact: true }).fill('Hello {{ contact.nonsense }}');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.locator('[aria-invalid=true]').first().waitFor();
    await page.getByLabel('Text', { exact: true }).fill('Hello {{ contact.first_name }}, we are open from 8 to 18. ');
    await page.locator('form input[type=file]').setInputFiles([
      { name: 'hours.txt', mimeType: 'text/plain', buffer: Buffer.from('8 to 18') },
      { name: 'old.txt', mimeType: 'text/plain', buffer: Buffer.from('9 to 17') },
    ]);
    await page.getByRole('button', { name: 'Remove old.txt' }).click();
    await page.getByRole('button', { name: 'Remove hours.txt' }).waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('“Opening hours” is saved.').waitFor();
    await page.getByRole('heading', { name: 'Questions' }).waitFor();
    await checkAccessibility(page, 'a saved reply');
    page.excuse(/status of 422/);
  });

  test('is put in by a slash, and arrives as written for this person', async () => {
    const page = await w.enter();
    const task = await w.taskOf(page, w.people.Anna, 'When do you open?');
    await until('she is known', async () => (await w.call(page, 'GET', `/tasks/${task.id}`)).contact_name.includes('Anna'));
    await page.goto(`/tasks/${task.id}`);
    const field = page.locator('form textarea');
    await field.fill('');
    await field.pressSequentially('/op');
    await page.getByRole('list', { name: 'Saved replies' }).getByText('Opening hours').waitFor();
    await checkAccessibility(page, 'choosing a saved reply');
    await field.press('Enter');
    await until('it is in the field', async () => (await field.inputValue()).startsWith('Hello Anna, we are open'));
    await page.getByRole('list', { name: 'Attached files' }).getByText('hours.txt').waitFor();
    await field.press('Control+Enter');
    await until('it has arrived', async () => {
      const { thread } = await w.sim.call(`state?page=${w.shop}&person=${w.people.Anna}`);
      return JSON.stringify(thread).includes('Hello Anna, we are open from 8 to 18.');
    });
    const [saved] = (await w.call(page, 'GET', '/saved-replies')).items;
    assert.equal(saved.used, 1);
    assert.deepEqual(saved.attachments.map((f) => f.name), ['hours.txt'], 'the reply still has its file');
    await page.getByRole('log').getByText('hours.txt').first().waitFor();
  });

  test('fits on a phone', async () => {
    const page = await w.enter(w, { viewport: { width: 375, height: 740 } });
    await page.goto('/replies');
    await page.getByText('Opening hours').click();
    await page.getByLabel('Text', { exact: true }).waitFor();
    await fits(page, 'the editor');
  });
});

describe('ein Textbaustein', () => {
  const w = sandboxFor('de');

  test('ist auch auf Deutsch zu finden', async () => {
    const page = await w.enter();
    await page.goto('/replies');
    await page.getByRole('heading', { name: 'Noch keine Textbausteine' }).waitFor();
    await checkAccessibility(page, 'Antworten auf Deutsch');
  });
});

// Templates, in a real browser: edited, tried on real messages, saved, and the next message from the simulated phone is made by
// what was saved. Any error on the page fails the test in which it happens.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { checkAccessibility, fits, sandboxFor, until } from './support.mjs';

const inForm = (page) => page.locator('section[aria-labelledby=tpl-form]');
const title = (page) => page.locator('section[aria-labelledby=tpl-task] textarea').first();

/** Both colour schemes, because contrast is a matter of each. */
async function accessible(page, what) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    await page.waitForTimeout(200);
    await checkAccessibility(page, `${what}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

async function openStandard(page) {
  await page.goto('/settings/templates');
  await page.getByRole('link', { name: 'Client dialog' }).click();
  await page.getByRole('heading', { name: 'Try it on real messages' }).waitFor();
}

/** A draft that is wrong for a moment is refused by the trial on real messages: the browser notes that, and it is right so. */
function expectRefusals(w) {
  for (const page of w.pages ?? []) page.excuse(/status of 422/);
}

describe('a template', () => {
  let w;
  afterEach(() => expectRefusals(w)); // before the hook that looks at the troubles
  w = sandboxFor();

  test('is listed with its use', async () => {
    const page = await w.enter();
    await w.taskOf(page, w.people.Anna, 'Is my order on its way?');
    await page.goto('/settings/templates');
    await page.getByText('Used by Café Morgenrot').first().waitFor();
    await page.getByText('Standard', { exact: true }).waitFor();
    await accessible(page, 'the list of templates');
  });

  test('is written with variables, tried beside what is in force, saved, and used for the next message', async () => {
    const page = await w.enter();
    await openStandard(page);
    await title(page).fill('');
    await title(page).pressSequentially('Shop: {{ message.ex');
    await page.getByRole('list', { name: 'What can be put in' }).getByText('message.excerpt').waitFor();
    await accessible(page, 'completing a variable');
    await title(page).press('Enter');
    assert.equal(await title(page).inputValue(), 'Shop: {{ message.excerpt }}');
    await page.getByText('1 of 1 would become something else.').waitFor();
    assert.equal(await page.locator('mark').innerText(), 'Shop: Is my order on its way?');
    await page.getByText('Not saved: Title').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('“Client dialog” is saved as version 2.').waitFor();
    await page.getByText('The last one would become the same as now.').waitFor();
    const task = await w.taskOf(page, w.people['Tomás'], 'Do you have oat milk?');
    assert.equal((await w.call(page, 'GET', `/tasks/${task.id}`)).title, 'Shop: Do you have oat milk?');
  });

  test('offers a value in the middle of a text, and finds no fault while one chooses', async () => {
    const page = await w.enter();
    await openStandard(page);
    await title(page).fill('New: !');
    await title(page).press('ArrowLeft');
    await page.getByRole('button', { name: 'Put in a value' }).first().click();
    const offered = page.getByRole('list', { name: 'What can be put in' }).getByRole('button');
    await offered.first().waitFor();
    await page.locator('section[aria-labelledby=tpl-task] [aria-invalid=true]').waitFor(); // nothing is chosen yet, which is no fault to look at
    assert.equal(await page.locator('section[aria-labelledby=tpl-task] p[class*=error]').first().isVisible(), false);
    assert.match(await offered.first().innerText(), /^message\.headline/);
    await title(page).press('Enter');
    assert.equal(await title(page).inputValue(), 'New: {{ message.headline }}!');
    await page.locator('section[aria-labelledby=tpl-task]').getByText('New: Hello, is the red bike still available?!').or(page.getByText('New: Is my order on its way?!')).first().waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
  });

  test('says while one writes what is wrong, and is not saved like that', async () => {
    const page = await w.enter();
    await openStandard(page);
    await title(page).fill('{{ message.nonsense }}');
    await page.locator('section[aria-labelledby=tpl-task] [aria-invalid=true]').waitFor();
    await page.getByText('1 place to be corrected').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('link', { name: 'Back to the task templates' }).click();
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
    await dialog.getByText('Title').waitFor();
    await accessible(page, 'leaving');
    await dialog.getByRole('button', { name: 'Stay here' }).click();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
  });

  test('gets fields, put in order by the keyboard alone', async () => {
    const page = await w.enter();
    await openStandard(page);
    await inForm(page).getByRole('button', { name: 'Add a field' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: /^Choice/ }).waitFor();
    await accessible(page, 'choosing a sort of field');
    for (let n = 0; n < 20 && !(await page.evaluate('document.activeElement.innerText')).startsWith('Choice'); n += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await until('its label has the focus', async () => (await page.evaluate('document.activeElement.tagName')) === 'INPUT');
    await page.keyboard.type('Size');
    await inForm(page).getByLabel('Choice', { exact: true }).fill('250 g');
    await accessible(page, 'a field');
    const grip = inForm(page).getByRole('button', { name: 'Move Size', exact: true });
    await grip.focus();
    await page.keyboard.press('ArrowUp');
    await page.getByText('Size is now 1 of 2').waitFor();
    assert.equal(await page.evaluate('document.activeElement.getAttribute("aria-label")'), 'Move Size');
    await page.keyboard.press('Control+s');
    await page.getByText('is saved as version 3.').waitFor();
    const { items } = await w.call(page, 'GET', '/object-templates');
    const { form } = items.find((x) => x.standard);
    assert.deepEqual(form.fields.map((f) => f.key), ['size', 'order_number']);
    assert.deepEqual(form.fields[0].choices, [{ key: 'g', label: '250 g' }]);
  });

  test('goes back to what it was', async () => {
    const page = await w.enter();
    await openStandard(page);
    const versions = page.locator('section[aria-labelledby=tpl-versions]');
    await versions.getByRole('button', { name: 'Version 3' }).click();
    await versions.getByText('Field “Size” added').waitFor();
    await versions.getByRole('button', { name: 'Go back to this' }).last().click();
    const dialog = page.getByRole('dialog', { name: 'Go back to version 1?' });
    await dialog.getByText('Field “Size” removed').waitFor();
    await accessible(page, 'going back');
    await dialog.getByRole('button', { name: 'Go back', exact: true }).click();
    await page.getByText('The template is as it was in version 1.').waitFor();
    await page.getByText('Version 4').first().waitFor();
  });

  test('is copied, and deleted when nothing uses it; the standard one says why it cannot be', async () => {
    const page = await w.enter();
    await openStandard(page);
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('It is the standard template, and there must be one').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await page.goto('/settings/templates');
    await page.getByRole('button', { name: 'Copy “Client dialog”' }).click();
    await accessible(page, 'a new template');
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Client dialog (copy)' }).waitFor();
    await page.getByText('No channel and no form uses it.').waitFor();
    await page.getByText('Café Morgenrot does not use this template', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('“Client dialog (copy)” is deleted.').waitFor();
    await page.waitForURL(/settings\/templates$/);
  });

  test('of contacts says where each value comes from', async () => {
    const page = await w.enter();
    await page.goto('/settings/contact-templates');
    await page.getByRole('link', { name: 'Person' }).click();
    const mapping = page.locator('section[aria-labelledby=tpl-mapping]');
    const city = mapping.getByRole('listitem').filter({ hasText: 'City' });
    await city.getByRole('button', { name: 'Add a source' }).click();
    await city.getByLabel('Source of City').last().fill('locale');
    await page.getByRole('option', { name: /profile\.locale/ }).click();
    await page.getByText('Not saved: Where values come from').waitFor();
    await accessible(page, 'a contact template');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('“Person” is saved as version 2.').waitFor();
    const person = (await w.call(page, 'GET', '/contact-templates')).items.find((x) => x.standard);
    assert.deepEqual(person.mapping.find((m) => m.target === 'field:city').sources, ['form.city', 'profile.locale']);
  });

  test('has statuses that are put in order and saved for all that share them', async () => {
    const page = await w.enter();
    await page.goto('/settings/status-sets');
    await accessible(page, 'the sets of statuses');
    await page.getByRole('button', { name: 'Edit statuses: “Client dialog”' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Move In progress', exact: true }).focus();
    await page.keyboard.press('ArrowUp');
    await accessible(page, 'statuses');
    await dialog.getByRole('button', { name: 'Save the statuses' }).click();
    await page.getByText('The statuses “Client dialog” are saved.').waitFor();
    const sets = (await w.call(page, 'GET', '/status-sets')).items;
    assert.equal(sets.find((s) => s.name === 'Client dialog').statuses[0].name, 'In progress');
  });

  test('shows when nobody is there, by the hours that people say they work', async () => {
    const page = await w.enter();
    await openStandard(page);
    const week = page.locator('section[aria-labelledby=tpl-week]');
    await week.getByText('Somebody is there at every hour.').waitFor();
    await week.getByRole('link', { name: 'Set working hours' }).click();
    await page.getByRole('button', { name: 'What to do about Olivia Owner' }).click();
    await page.getByRole('menuitem', { name: 'Working hours' }).click();
    const dialog = page.getByRole('dialog');
    for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday']) await dialog.getByRole('checkbox', { name: day }).check();
    await accessible(page, 'working hours');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Your working hours are saved.').waitFor();
    await openStandard(page);
    await week.getByText('Nobody is there in 128 hours of the week.').waitFor();
    assert.equal(await week.getByRole('list', { name: 'Times without anybody' }).getByRole('listitem').count(), 5);
    await accessible(page, 'the week');
  });

  test('fits on a phone', async () => {
    const page = await w.enter(w, { viewport: { width: 375, height: 740 } });
    await openStandard(page);
    await fits(page, 'the editor');
    await page.goto('/settings/status-sets');
    await fits(page, 'the statuses');
  });
});

describe('eine Vorlage', () => {
  const w = sandboxFor('de');

  test('ist auch auf Deutsch zu bearbeiten', async () => {
    const page = await w.enter();
    await page.goto('/settings/templates');
    await page.locator('main a[href*="templates/"]').first().click();
    await page.getByRole('heading', { name: 'An echten Nachrichten ausprobieren' }).waitFor();
    await title(page).fill('Neu: {{ message.text }}');
    await page.getByText('Nicht gespeichert: Titel').waitFor();
    await accessible(page, 'eine Vorlage auf Deutsch');
    await page.getByRole('button', { name: 'Verwerfen' }).click();
  });
});

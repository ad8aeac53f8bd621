// Contacts in the browser: found and changed, merged and parted, imported and exported, erased.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { startSandbox } from '../../scripts/kontor.mjs';
import { fits, openBrowser, openPage, Phone, signIn, until } from './support.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pictures = process.env.PICTURES;

async function check(page, what) {
  const found = await page.evaluate(`${axe}; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`);
  const words = found.violations.flatMap((v) => v.nodes.map((n) => `${what}: ${v.id} at ${n.target.join(' ')}: ${n.failureSummary}`));
  assert.deepEqual(words, []);
  if (pictures) await page.screenshot({ path: `${pictures}/contacts-${what}.png` });
}

const sayIn = (language) => (en, de) => (language === 'de' ? de : en);

const table = 'Name;E-Mail;Telefon\nJürgen Groß;juergen@gross.example;030 1234567\n=Kaputt;keine Adresse;\nAnna Berg Zwei;anna2@berg.example;\n';

for (const language of ['en', 'de']) {
  describe(`contacts in ${language}`, () => {
    const w = {};
    let browser;
    before(async () => {
      browser = await openBrowser();
      Object.assign(w, await startSandbox({ language }));
      const sim = new Phone(w.phone);
      Object.assign(w, await sim.world());
      await sim.write(w.page, w.people.Anna, 'Is my order 4711 on its way?');
      w.page1 = await openPage(browser, w.url, { locale: language === 'de' ? 'de-DE' : 'en-GB' });
      await signIn(w.page1, w);
    });
    after(async () => {
      const { troubles } = w.page1;
      await browser.close();
      await w.stop();
      assert.deepEqual(troubles, []);
    });
    const say = sayIn(language);

    test('somebody who wrote is found, and their card can be changed', async () => {
      const page = w.page1;
      await page.getByRole('link', { name: say('Contacts', 'Kontakte'), exact: true }).click();
      await page.getByRole('link', { name: 'Anna Berg' }).waitFor();
      await check(page, `${language}-list`);
      await page.getByRole('searchbox').fill('anna');
      await page.waitForURL(/q=anna/);
      await page.getByRole('link', { name: 'Anna Berg' }).click();
      await page.getByText('Is my order 4711').first().waitFor();
      const mails = page.getByLabel('E-mails', { exact: false }).first();
      await mails.fill('anna@berg.example');
      await mails.press('Enter');
      await until('the address is stored', () => page.reload().then(() => mails.inputValue().then((v) => v === 'anna@berg.example')));
      await check(page, `${language}-card`);
    });

    test('a person gets tags, a group, a company and an own field, and is found by them', async () => {
      const page = w.page1;
      await page.goto('/contacts');
      await page.getByRole('button', { name: say('New contact', 'Neuer Kontakt') }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('Berg GmbH');
      await page.getByRole('dialog').getByLabel(say('Company', 'Firma')).check();
      await page.getByRole('button', { name: say('Create', 'Anlegen'), exact: true }).click();
      await page.waitForURL(/contacts\/[0-9a-f-]{36}/);
      await page.getByRole('button', { name: say('Add a person', 'Person hinzufügen') }).click();
      await page.getByRole('option', { name: 'Anna Berg' }).click();
      await page.getByRole('link', { name: 'Anna Berg' }).click();
      await page.getByRole('link', { name: say('Open the company', 'Firma öffnen') }).waitFor();
      const tags = page.getByLabel('Tags', { exact: true });
      await tags.fill('vip');
      await tags.press('Enter');
      await page.getByRole('button', { name: say('Remove the tag vip', 'Tag vip entfernen') }).waitFor();
      const group = page.getByLabel(say('Group', 'Gruppe'), { exact: true });
      await group.fill('Regulars');
      await group.press('Enter');
      const city = page.getByLabel(say('City', 'Ort'), { exact: true });
      await city.fill('Bremen');
      await city.press('Enter');
      await until('all of it is stored', async () => {
        await page.reload();
        await page.getByRole('button', { name: say('Remove the tag vip', 'Tag vip entfernen') }).waitFor();
        return (await city.inputValue()) === 'Bremen' && (await group.inputValue()) === 'Regulars';
      });

      await page.goto('/contacts');
      await page.getByLabel('Tag', { exact: true }).selectOption('vip');
      await page.getByLabel(say('Channel', 'Kanal'), { exact: true }).selectOption('kind:facebook');
      await page.waitForURL(/tag=vip.*via=facebook|via=facebook.*tag=vip/);
      await page.getByRole('link', { name: 'Anna Berg' }).waitFor();
      await until('the company is not among them', async () => (await page.getByRole('link', { name: 'Berg GmbH' }).count()) === 0);
      await check(page, `${language}-filtered`);
      await page.getByRole('button', { name: 'Tag: vip' }).click();
      await page.waitForURL((at) => !at.search.includes('tag='));
      await page.getByRole('link', { name: say('Clear all filters', 'Alle Filter aufheben') }).click();
      await page.getByRole('link', { name: 'Berg GmbH' }).waitFor();
      const order = await page.getByRole('list', { name: say('Contacts', 'Kontakte') }).getByRole('link').allTextContents();
      assert.deepEqual(order, ['Anna Berg', 'Berg GmbH'], 'whoever was written with last is first');
    });

    test('notes are written, changed and deleted', async () => {
      const page = w.page1;
      await page.goto('/contacts');
      await page.getByRole('link', { name: 'Anna Berg' }).click();
      const fresh = page.getByLabel(say('Write a note that only colleagues see', 'Notiz schreiben, die nur Kollegen sehen'));
      await fresh.fill('Calls on Mondays');
      await fresh.press('Control+Enter');
      const note = page.getByRole('article').filter({ hasText: 'Calls on Mondays' });
      await note.waitFor();
      await until('the field is empty again', async () => (await fresh.inputValue()) === '');
      await note.getByRole('button', { name: say('Edit', 'Bearbeiten') }).click();
      const text = page.getByLabel(say('Text of the note', 'Text der Notiz'));
      await text.fill('Calls on Tuesdays');
      await check(page, `${language}-note`);
      await page.getByRole('button', { name: say('Save', 'Speichern'), exact: true }).click();
      const changed = page.getByRole('article').filter({ hasText: 'Calls on Tuesdays' });
      await changed.waitFor();
      await changed.getByRole('button', { name: say('Delete', 'Löschen') }).click();
      await changed.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: say('Undo', 'Rückgängig') }).click();
      await changed.waitFor();
    });

    test('a group is renamed with its contacts, and deleted without them', async () => {
      const page = w.page1;
      await page.goto('/contacts/groups');
      await page.getByText(say('1 contact', '1 Kontakt'), { exact: true }).waitFor();
      await page.getByRole('button', { name: say('Rename', 'Umbenennen') }).click();
      const name = page.getByLabel(say('Name of the group', 'Name der Gruppe'));
      await name.fill('Best customers');
      await name.press('Enter');
      await page.getByRole('link', { name: 'Best customers' }).waitFor();
      await check(page, `${language}-groups`);
      await page.getByRole('button', { name: say('Delete', 'Löschen'), exact: true }).click();
      await check(page, `${language}-group-goes`);
      await page.getByRole('dialog').getByRole('button', { name: say('Delete', 'Löschen'), exact: true }).click();
      await page.getByRole('heading', { name: say('No groups yet', 'Noch keine Gruppen') }).waitFor();
      await page.goto('/contacts');
      await page.getByRole('link', { name: 'Anna Berg' }).waitFor();
    });

    test('labels are coloured, renamed, merged and deleted', async () => {
      const page = w.page1;
      await page.goto('/settings/labels');
      const tags = page.getByRole('region', { name: 'Tags' });
      for (const name of ['invoice', 'bill']) {
        await tags.getByRole('button', { name: say('New tag', 'Neuer Tag') }).click();
        await tags.getByLabel('Name').fill(name);
        await tags.getByLabel('Name').press('Enter');
        await tags.getByText(name, { exact: true }).waitFor();
      }
      await page.getByLabel(say('Colour of bill', 'Farbe von bill')).selectOption('red');
      const row = (name) => tags.getByRole('listitem').filter({ hasText: name });
      await row('bill').getByRole('button', { name: say('Rename', 'Umbenennen') }).click();
      await tags.getByLabel('Name').fill('invoice');
      await tags.getByLabel('Name').press('Enter');
      await tags.getByRole('alert').waitFor();
      page.excuse(/status of 409/); // the name is taken: that was to be shown
      await check(page, `${language}-label-taken`);
      await tags.getByRole('button', { name: say('Merge the two', 'Beide zusammenführen') }).click();
      await tags.getByText('bill', { exact: true }).waitFor({ state: 'detached' });
      await check(page, `${language}-labels`);
      await row('invoice').getByRole('button', { name: say('Delete', 'Löschen') }).click();
      await check(page, `${language}-label-goes`);
      await page.getByRole('dialog').getByRole('button', { name: say('Delete', 'Löschen'), exact: true }).click();
      await tags.getByText('invoice', { exact: true }).waitFor({ state: 'detached' });
    });

    test('two contacts become one and two again', async () => {
      const page = w.page1;
      await page.goto('/contacts');
      await page.getByRole('button', { name: say('New contact', 'Neuer Kontakt') }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('Anna Berg');
      await page.getByRole('dialog').getByRole('status').getByRole('link').first().waitFor();
      await check(page, `${language}-new`);
      await page.getByRole('button', { name: say('Create', 'Anlegen'), exact: true }).click();
      await page.waitForURL(/contacts\/[0-9a-f-]{36}/);
      await page.goto('/contacts/duplicates');
      await page.getByText('30 %').waitFor();
      await check(page, `${language}-duplicates`);
      await page.getByRole('button', { name: say('Merge', 'Zusammenführen'), exact: true }).click();
      await check(page, `${language}-merge`);
      await page.getByRole('dialog').getByRole('button', { name: say('Merge', 'Zusammenführen'), exact: true }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.goto('/contacts');
      await page.getByRole('link', { name: 'Anna Berg' }).click();
      await page.getByRole('button', { name: say('Take back', 'Rückgängig') }).click();
      await page.getByRole('button', { name: say('Take back', 'Rückgängig') }).waitFor({ state: 'detached' });
      await page.goto('/contacts');
      await until('both are there', async () => (await page.getByRole('link', { name: 'Anna Berg' }).count()) === 2);
    });

    test('on a phone, what is done less often is in a menu, and an arrow leads back', async () => {
      const page = w.page1;
      await page.setViewportSize({ width: 375, height: 740 });
      await page.goto('/contacts');
      await page.getByRole('link', { name: 'Anna Berg' }).first().waitFor();
      await fits(page, 'the contacts');
      await page.getByRole('button', { name: say('More', 'Mehr'), exact: true }).click();
      await page.getByRole('menuitem', { name: say('Duplicates', 'Doppelte') }).click();
      await page.getByRole('heading', { name: say('Duplicates', 'Doppelte') }).waitFor();
      await fits(page, 'two contacts side by side');
      await page.getByRole('link', { name: say('All contacts', 'Alle Kontakte') }).click();
      await page.getByRole('searchbox').waitFor();
      await check(page, `${language}-phone`);
      await page.setViewportSize({ width: 1440, height: 900 });
    });

    test('a table is imported, what is refused comes back with reasons, and the list goes out', async () => {
      const page = w.page1;
      await page.goto('/contacts/import');
      await page.locator('input[type=file]').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
      await page.getByRole('columnheader').first().waitFor();
      await check(page, `${language}-columns`);
      await page.getByRole('button', { name: say('Import 3 lines', '3 Zeilen importieren') }).click();
      await page.getByText(say('2 created, 0 updated, 0 skipped, 1 refused of 3', '2 angelegt, 0 geändert, 0 übersprungen, 1 abgelehnt von 3')).waitFor();
      await check(page, `${language}-imported`);
      const [refused] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: say('refused lines', 'Abgelehnte') }).click()]);
      const lines = readFileSync(await refused.path(), 'utf8');
      assert.match(lines, /'=Kaputt/);
      assert.match(lines, /E-?Mail/i);
      await page.goto('/contacts');
      await page.getByRole('link', { name: 'Jürgen Groß' }).waitFor();
      const [all] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: say('Export', 'Exportieren'), exact: true }).click()]);
      assert.match(readFileSync(await all.path(), 'utf8'), /Jürgen Groß/);
    });

    test('a person is erased when their name was typed', async () => {
      const page = w.page1;
      await page.goto('/contacts');
      await page.getByRole('link', { name: 'Jürgen Groß' }).click();
      await page.getByRole('button', { name: say('Erase', 'Löschen'), exact: true }).click();
      await page.getByRole('dialog').getByRole('textbox').fill('Jürgen Groß');
      await check(page, `${language}-erase`);
      await page.getByRole('dialog').getByRole('button', { name: say('Erase for good', 'Endgültig löschen') }).click();
      await page.getByRole('dialog').getByRole('status').waitFor();
      await page.goto('/contacts');
      await page.getByRole('link', { name: 'Anna Berg Zwei' }).waitFor();
      assert.equal(await page.getByRole('link', { name: 'Jürgen Groß' }).count(), 0);
    });

    test('on a phone everything fits', async () => {
      const page = w.page1;
      await page.setViewportSize({ width: 375, height: 812 });
      for (const path of ['/contacts', '/contacts/duplicates', '/contacts/import', '/contacts/groups', '/settings/labels']) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= 375, `${path} is ${wide} wide`);
      }
      await page.goto('/contacts');
      await page.getByRole('link', { name: 'Anna Berg Zwei' }).click();
      await page.getByLabel('Name', { exact: true }).waitFor();
      await check(page, `${language}-phone`);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 375);
    });
  });
}

// Contacts in the browser: found and changed, merged and parted, imported and exported, erased.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { startSandbox } from '../../scripts/kontor.mjs';
import { openBrowser, openPage, Phone, signIn, until } from './support.mjs';

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
      for (const path of ['/contacts', '/contacts/duplicates', '/contacts/import']) {
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

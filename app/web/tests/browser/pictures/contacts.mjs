// The pictures of contacts: the list and its filters, a card with notes, a company, groups, labels, an import.
import { randomUUID } from 'node:crypto';
import { startSandbox } from '../../../scripts/kontor.mjs';
import { openPage, Phone, signIn, until } from '../support.mjs';

const words = {
  en: {
    hello: 'Is my order 4711 on its way?',
    note: 'Calls on Mondays before ten. Prefers the Ethiopian roast.',
    second: 'Asked for an invoice to the company.',
    group: 'Regulars',
    tags: ['wholesale', 'newsletter'],
    labels: ['invoice', 'delivery', 'complaint'],
    company: 'Berg & Sons',
  },
  de: {
    hello: 'Ist meine Bestellung 4711 schon unterwegs?',
    note: 'Ruft montags vor zehn an. Mag die äthiopische Röstung.',
    second: 'Möchte die Rechnung auf die Firma.',
    group: 'Stammkunden',
    tags: ['Großhandel', 'Newsletter'],
    labels: ['Rechnung', 'Lieferung', 'Beschwerde'],
    company: 'Berg & Söhne',
  },
};

const table = 'Name;E-Mail;Telefon;Ort\nJürgen Groß;juergen@gross.example;030 1234567;Berlin\nZoë Maß;zoe@mass.example;;Wien\nKaputt;keine adresse;;\n';

/** Everything about contacts. */
export async function shootAll({ browser, language, shooter }) {
  const sandbox = await startSandbox({ language });
  const w = words[language];
  try {
    const phone = new Phone(sandbox.phone);
    const { page: shop, people } = await phone.world();
    const page = await openPage(browser, sandbox.url, { locale: language === 'de' ? 'de-DE' : 'en-GB' });
    const shoot = shooter(page);
    await signIn(page, sandbox);
    await page.goto('/contacts/groups');
    await page.locator('h2').waitFor();
    await shoot('01-no-groups', ['wide', 'narrow']);
    await page.goto('/settings/labels');
    await page.locator('h2').first().waitFor();
    await shoot('02-no-labels', ['wide']);

    for (const person of Object.values(people)) await phone.write(shop, person, w.hello);
    const call = (method, path, data) =>
      page.evaluate(
        async ([at, options]) => (await fetch(at, options)).json(),
        [
          `/api/v1${path}`,
          {
            method,
            headers: { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() },
            body: data && JSON.stringify(data),
          },
        ],
      );
    let list = [];
    await until('everybody is a contact', async () => {
      list = (await call('GET', '/contacts?q=berg')).items;
      return list.length > 0;
    });
    const anna = list[0];
    const company = await call('POST', '/contacts', { name: w.company, kind: 'company', emails: ['office@berg.example'] });
    await call('PATCH', `/contacts/${anna.id}`, { company_id: company.id, group: w.group, tags: w.tags, emails: ['anna@berg.example'] });
    for (const text of [w.note, w.second]) await call('POST', `/contacts/${anna.id}/notes`, { text });
    for (const [n, name] of w.labels.entries()) await call('POST', '/tags', { name, color: ['blue', 'green', 'red'][n] });
    await call('POST', '/topics', { name: w.labels[1] });

    await page.goto('/contacts');
    await page.getByRole('link', { name: 'Anna Berg' }).waitFor();
    await shoot('03-list');
    await page.goto(`/contacts?group=${encodeURIComponent(w.group)}&tag=${encodeURIComponent(w.tags[0])}&via=facebook&company=${company.id}`);
    await page.getByRole('link', { name: 'Anna Berg' }).waitFor();
    await shoot('04-filtered', ['wide', 'narrow']);
    await page.goto(`/contacts?group=${encodeURIComponent(w.group)}&q=nobody`);
    await page.locator('h2').waitFor();
    await shoot('05-nothing-found', ['wide']);
    await page.goto(`/contacts/${anna.id}`);
    await page.getByText(w.note).waitFor();
    await shoot('06-card');
    await page.goto(`/contacts/${company.id}`);
    await page.getByRole('link', { name: 'Anna Berg' }).waitFor();
    await shoot('07-company', ['wide', 'narrow']);
    await page.goto('/contacts/groups');
    await page.getByRole('link', { name: w.group }).waitFor();
    await shoot('08-groups', ['wide', 'narrow']);
    await page.goto('/settings/labels');
    await page.getByText(w.labels[0]).first().waitFor();
    await shoot('09-labels');
    await call('POST', '/contacts', { name: 'Anna Berg', kind: 'person', emails: ['anna.berg@home.example'] });
    await call('POST', '/contacts', { name: 'Tomas Herrera', kind: 'person', phones: ['+34 600 111 222'] });
    await page.goto('/contacts/duplicates');
    await page.locator('main table').first().waitFor();
    await shoot('10-duplicates');
    await page.locator('main section button').first().click();
    await page.getByRole('dialog').waitFor();
    await page.waitForTimeout(300);
    await shoot('11-merge', ['wide', 'narrow']);
    await page.keyboard.press('Escape');
    await page.goto('/contacts/import');
    await page.locator('input[type=file]').waitFor();
    await shoot('12-import', ['wide', 'narrow']);
    await page.locator('input[type=file]').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
    await page.getByRole('columnheader').first().waitFor();
    await shoot('13-columns', ['wide', 'narrow']);
    await page.locator('main section').first().locator('button').last().click();
    await page.getByRole('link').filter({ hasText: /refused|Abgelehnte/ }).waitFor();
    await shoot('14-imported', ['wide', 'narrow']);
    await page.goto('/contacts');
    await page.getByRole('checkbox').nth(1).check();
    await page.getByRole('checkbox').nth(2).check();
    await shoot('15-chosen');
  } finally {
    await sandbox.stop();
  }
}

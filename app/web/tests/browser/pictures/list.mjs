// The pictures of the list of tasks: filters, a saved view, many tasks chosen, the command bar.
import { startSandbox } from '../../../scripts/kontor.mjs';
import { openPage, Phone, signIn, until } from '../support.mjs';

const words = {
  en: {
    titles: ['Order 4711 has not arrived', 'Invoice for the office', 'Table for eight on Sunday', 'Beans taste of nothing', 'Opening hours in December', 'Voucher cannot be redeemed'],
    tags: ['delivery', 'invoice', 'complaint', 'regular'],
    view: 'Urgent deliveries',
    words: 'una',
  },
  de: {
    titles: ['Bestellung 4711 ist nicht angekommen', 'Rechnung für das Büro', 'Tisch für acht am Sonntag', 'Bohnen schmecken nach nichts', 'Öffnungszeiten im Dezember', 'Gutschein lässt sich nicht einlösen'],
    tags: ['Lieferung', 'Rechnung', 'Beschwerde', 'Stammkunde'],
    view: 'Dringende Lieferungen',
    words: 'nicht',
  },
};

/** The list and what helps to find one's way in it. */
export async function shootAll({ browser, language, shooter }) {
  const sandbox = await startSandbox({ language });
  const w = words[language];
  try {
    const phone = new Phone(sandbox.phone);
    const { page: shop, people } = await phone.world();
    const page = await openPage(browser, sandbox.url, { locale: language === 'de' ? 'de-DE' : 'en-GB' });
    const shoot = shooter(page);
    await signIn(page, sandbox);
    const call = async (method, path, data) =>
      (await page.request.fetch(`${sandbox.url}/api/v1${path}`, { method, data, headers: { Origin: sandbox.url } })).json();
    const me = await call('GET', '/me');
    for (const [n, title] of w.titles.entries()) {
      const tags = w.tags.slice(n % 4, (n % 4) + 1 + (n % 3));
      await call('POST', '/tasks', { title, tags, priority: ['urgent', 'normal', 'high'][n % 3], assignee_ids: n % 2 ? [me.id] : [] });
    }
    for (const name of Object.keys(people)) await phone.write(shop, people[name], w.titles[0]);
    await until('all are there', async () => (await call('GET', '/tasks')).items.length > w.titles.length);
    const rows = page.locator('section[aria-labelledby=list-title] li');

    await page.goto('/tasks');
    await rows.nth(6).waitFor();
    await rows.nth(1).hover();
    await shoot('01-list');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('J');
    await page.getByRole('toolbar').waitFor();
    await shoot('02-chosen');
    await page.keyboard.press('Escape');
    await page.goto(`/tasks?tag=${encodeURIComponent(w.tags[0])}&priority=urgent&window=open&unread=true&sort=oldest`);
    await page.locator('h2').first().waitFor();
    await shoot('03-nothing-passes');
    await page.goto(`/tasks?tag=${encodeURIComponent(w.tags[0])}&priority=urgent`);
    await rows.first().waitFor();
    await page.getByRole('button', { name: /^Filter/ }).first().click();
    await page.getByRole('combobox').nth(1).waitFor();
    await shoot('04-filter');
    await page.keyboard.press('Escape');
    await call('POST', '/task-views', { name: w.view, shared: true, filter: { tag: w.tags[0] } });
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').waitFor();
    await page.keyboard.type(w.words);
    await page.waitForTimeout(400);
    await shoot('05-command-bar');
    await page.keyboard.press('Escape');
  } finally {
    await sandbox.stop();
  }
}

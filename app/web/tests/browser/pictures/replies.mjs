// The pictures of saved replies: none yet, some in categories, one being written, one being chosen.
import { startSandbox } from '../../../scripts/kontor.mjs';
import { openPage, Phone, signIn, until } from '../support.mjs';

const words = {
  en: {
    hello: 'When do you open?',
    categories: ['Questions', 'Orders'],
    replies: [
      ['Opening hours', 'open', 'Hello {{ contact.first_name }}, we are open from 8 to 18, on Sundays from 9 to 17.'],
      ['The way to us', 'way', 'You find us at the market, next to the fountain. Trams 4 and 9 stop in front of the door.'],
      ['Parcel under way', 'parcel', 'Good news, {{ contact.first_name }}: your parcel left us today and arrives within two days.'],
    ],
  },
  de: {
    hello: 'Wann haben Sie offen?',
    categories: ['Fragen', 'Bestellungen'],
    replies: [
      ['Öffnungszeiten', 'offen', 'Guten Tag {{ contact.first_name }}, wir haben von 8 bis 18 Uhr offen, sonntags von 9 bis 17 Uhr.'],
      ['Der Weg zu uns', 'weg', 'Sie finden uns am Markt neben dem Brunnen. Die Linien 4 und 9 halten vor der Tür.'],
      ['Paket unterwegs', 'paket', 'Gute Nachricht, {{ contact.first_name }}: Ihr Paket ist heute hinausgegangen und kommt in zwei Tagen an.'],
    ],
  },
};

/** Saved replies, where they are kept and where they are used. */
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
    await page.goto('/replies');
    await page.locator('h2').first().waitFor();
    await shoot('01-none', ['wide', 'narrow']);
    const categories = [];
    for (const name of w.categories) categories.push(await call('POST', '/saved-reply-categories', { name }));
    for (const [n, [name, shortcut, text]] of w.replies.entries()) {
      await call('POST', '/saved-replies', { name, shortcut, text, category_id: categories[n === 2 ? 1 : 0].id });
    }
    await page.reload();
    await page.getByText(w.replies[0][0]).first().waitFor();
    await shoot('02-list');
    await page.getByText(w.replies[0][0]).first().click();
    await page.locator('form textarea').first().waitFor();
    await page.waitForTimeout(400);
    await shoot('03-editor');
    await phone.write(shop, people.Anna, w.hello);
    const task = await until('the task', async () => (await call('GET', '/tasks')).items.find((x) => x.snippet === w.hello));
    await page.goto(`/tasks/${task.id}`);
    const field = page.locator('form textarea');
    await field.fill('');
    await field.pressSequentially('/');
    await page.getByText(w.replies[0][0]).first().waitFor();
    await shoot('04-choosing');
  } finally {
    await sandbox.stop();
  }
}

// The pictures of the templates: their lists, the editor with its parts, versions, and statuses.
import { startSandbox } from '../../../scripts/kontor.mjs';
import { openPage, Phone, signIn, until } from '../support.mjs';

const words = {
  en: { order: 'Hello, is my order 4711 on its way?', sunday: 'Do you open on Sundays?', milk: 'Hola! Do you have oat milk?', field: 'Size of the bag', title: 'Shop: {{ message.excerpt }}' },
  de: { order: 'Hallo, ist meine Bestellung 4711 schon unterwegs?', sunday: 'Haben Sie sonntags offen?', milk: 'Hola! ¿Tienen leche de avena?', field: 'Größe der Tüte', title: 'Laden: {{ message.excerpt }}' },
};

/** The templates, as an admin meets them. */
export async function shootAll({ browser, language, shooter }) {
  const sandbox = await startSandbox({ language });
  const w = words[language];
  try {
    const phone = new Phone(sandbox.phone);
    const { page: shop, people } = await phone.world();
    const page = await openPage(browser, sandbox.url, { locale: language === 'de' ? 'de-DE' : 'en-GB' });
    const shoot = shooter(page);
    await signIn(page, sandbox);
    await phone.write(shop, people.Anna, w.order);
    await phone.write(shop, people['Tomás'], w.milk);
    await phone.write(shop, people['Ольга'], w.sunday);
    await until('the tasks are there', async () => (await page.request.get(`${sandbox.url}/api/v1/tasks`).then((r) => r.json())).items.length >= 3);

    await page.goto('/settings/templates');
    await page.locator('main a[href*="templates/"]').first().waitFor();
    await page.waitForTimeout(400);
    await shoot('90-templates');
    await page.locator('main a[href*="templates/"]').first().click();
    await page.locator('#tpl-preview').waitFor();
    await page.locator('table').waitFor();
    await shoot('91-object');
    const title = page.locator('section[aria-labelledby=tpl-task] textarea').first();
    await title.fill('');
    await title.pressSequentially('Shop: {{ mess');
    await page.locator('section[aria-labelledby=tpl-task] ul button').first().waitFor();
    await shoot('92-completion', ['wide', 'narrow']);
    await title.press('Escape');
    await title.fill('Shop: {{ message.nonsense }}');
    await page.locator('[aria-invalid=true]').first().waitFor();
    await page.waitForTimeout(900);
    await shoot('93-fault', ['wide']);
    await title.fill(w.title);
    await page.locator('table mark').first().waitFor();
    const form = page.locator('section[aria-labelledby=tpl-form]');
    await form.locator('button[aria-haspopup=menu]').click();
    await page.getByRole('menuitem').first().waitFor();
    await page.waitForTimeout(300);
    await shoot('94-types', ['wide', 'narrow']);
    await page.getByRole('menuitem').nth(6).click();
    await form.locator('input').first().fill(w.field);
    await form.locator('fieldset input').first().fill('250 g');
    await page.waitForTimeout(900);
    await form.scrollIntoViewIfNeeded();
    await shoot('95-field');
    await page.locator('section[aria-labelledby=tpl-preview]').scrollIntoViewIfNeeded();
    await shoot('96-preview');
    await page.locator('main a[aria-label]').first().click();
    await page.getByRole('dialog').waitFor();
    await page.waitForTimeout(300);
    await shoot('97-leave', ['wide']);
    await page.getByRole('dialog').locator('button').nth(1).click();
    await page.keyboard.press('Control+s');
    await page.locator('section[aria-labelledby=tpl-versions] li').nth(1).waitFor();
    await page.waitForTimeout(500);
    await page.locator('section[aria-labelledby=tpl-versions] button').first().click();
    await page.locator('ins').first().waitFor();
    await page.locator('section[aria-labelledby=tpl-versions]').scrollIntoViewIfNeeded();
    await shoot('98-versions', ['wide', 'narrow']);
    await page.locator('section[aria-labelledby=tpl-statuses] button').first().click();
    await page.getByRole('dialog').waitFor();
    await page.waitForTimeout(300);
    await shoot('99-statuses', ['wide', 'narrow']);
    await page.keyboard.press('Escape');

    await page.goto('/settings/contact-templates');
    await page.locator('main a[href*="templates/"]').first().click();
    await page.locator('table').waitFor();
    await shoot('100-contact');
    await page.locator('section[aria-labelledby=tpl-mapping]').scrollIntoViewIfNeeded();
    await shoot('101-mapping', ['wide', 'narrow']);
    await page.goto('/settings/status-sets');
    await page.locator('main h1').waitFor();
    await page.waitForTimeout(500);
    await shoot('102-status-sets', ['wide', 'narrow']);
  } finally {
    await sandbox.stop();
  }
}

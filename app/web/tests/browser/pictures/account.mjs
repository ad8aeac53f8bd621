// The pictures of what an account keeps, does with files and shows outside, and of the page of a link to a file.
import { startSandbox } from '../../../scripts/kontor.mjs';
import { linkedFile, logoPicture, openPage, Phone, signIn, until } from '../support.mjs';

export async function shootAll({ browser, language, shooter }) {
  const options = { locale: language === 'de' ? 'de-DE' : 'en-GB' };
  const sandbox = await startSandbox({ language });
  const headers = { Origin: sandbox.url };
  try {
    const page = await openPage(browser, sandbox.url, options);
    const shoot = shooter(page);
    await signIn(page, sandbox);
    const call = async (method, path, data) => (await page.request.fetch(`${sandbox.url}/api/v1${path}`, { method, data, headers })).json();
    const upload = async (name, buffer) => (await page.request.post(`${sandbox.url}/api/v1/attachments`, { headers, multipart: { file: { name, mimeType: 'application/pdf', buffer } } })).json();
    await page.goto('/settings/account');
    const media = page.locator('section[aria-labelledby=account-media]');
    await media.locator('select').selectOption('link');
    await media.locator('button').first().click();
    await page.getByRole('dialog').waitFor();
    await shoot('70-media', ['wide', 'narrow']);
    await page.keyboard.press('Escape');
    const keeping = page.locator('form[aria-labelledby=account-keeping]');
    await keeping.locator('select').nth(0).selectOption('90');
    await keeping.locator('select').nth(1).selectOption('365');
    await keeping.scrollIntoViewIfNeeded();
    await shoot('71-keeping');
    await keeping.locator('button').click();
    await page.getByRole('dialog').waitFor();
    await shoot('72-shorter', ['wide', 'narrow']);
    await page.keyboard.press('Escape');
    const brand = page.locator('form[aria-labelledby=account-brand]');
    await brand.locator('input[name=brand_name]').fill('Nordlicht Möbel');
    await brand.locator('input[name=brand_color]').fill('#ffb000');
    await brand.locator('input[type=file]').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: logoPicture() });
    await brand.locator('figure img').waitFor();
    await brand.locator('figure').scrollIntoViewIfNeeded();
    await shoot('73-brand');
    await brand.locator('button[type=submit]').click();
    const sim = new Phone(sandbox.phone);
    const { page: shop, people } = await sim.world();
    await sim.write(shop, people.Anna, 'What does an oak table cost?');
    const task = await until('the task', async () => (await call('GET', '/tasks')).items.find((x) => x.snippet.includes('oak')));
    const address = await linkedFile({ call, upload, sim, shop }, task, 'Angebot Eichentisch.pdf');
    const guest = await openPage(browser, sandbox.url, options);
    await guest.goto(address);
    await shooter(guest)('74-link', ['wide', 'narrow']);
    const all = await call('GET', `/tasks/${task.id}/comments`);
    await page.request.delete(`${sandbox.url}/api/v1/attachments/${all.items.find((c) => c.attachments.length > 0).attachments[0].id}/link`, { headers });
    await guest.reload();
    await shooter(guest)('75-link-taken-back', ['wide', 'narrow']);
    await guest.context().close();
    await page.context().close();
  } finally {
    await sandbox.stop();
  }
}

// The pictures of lead ads: a form that changed, a back-fill, campaigns.
import { startSandbox } from '../../../scripts/kontor.mjs';
import { openPage, Phone, signIn, until } from '../support.mjs';

const questions = [
  { key: 'full_name', label: 'Name', type: 'FULL_NAME' },
  { key: 'email', label: 'E-Mail', type: 'EMAIL' },
  { key: 'wish', label: 'Wish', type: 'CUSTOM' },
];
const more = [...questions, { key: 'when', label: 'When shall we call?', type: 'CUSTOM' }];
const two = ['wide', 'narrow'];

export async function shootAll({ browser, language, shooter }) {
  const sandbox = await startSandbox({ language });
  try {
    const sim = new Phone(sandbox.phone);
    const page = await openPage(browser, sandbox.url, { locale: language === 'de' ? 'de-DE' : 'en-GB' });
    await signIn(page, sandbox);
    const { page: shop } = await sim.world();
    const call = async (method, path, data) =>
      (await page.request.fetch(`/api/v1${path}`, { method, data, headers: { Origin: sandbox.url } })).json();
    await forms({ page, sim, shoot: shooter(page), shop, call });
    if (page.troubles.length > 0) console.log(language, page.troubles);
  } finally {
    await sandbox.stop();
  }
}

async function forms({ page, sim, shoot, shop, call }) {
  const channel = (await call('GET', '/channels?limit=200')).items.find((c) => c.external_id === shop);
  const form = await sim.call('forms', { page: shop, name: 'Tasting', questions });
  await page.goto(`/settings/lead-forms?channel=${channel.id}`);
  const sync = page.getByRole('button', { name: /anew|neu lesen/ });
  await sync.click();
  await page.locator('li', { hasText: 'Tasting' }).waitFor();
  await sim.call(`forms/${form.id}`, { questions: more }, 'PATCH');
  for (const [campaign, count] of [['Autumn bread', 4], ['Test rides', 2]]) {
    for (let i = 0; i < count; i++) {
      await sim.call('leads', {
        form: form.id, ad_name: `Ad ${campaign}`, campaign,
        answers: [{ name: 'full_name', values: [`Person ${count}${i}`] }, { name: 'email', values: [`p${count}${i}@a.example`] }],
      });
    }
  }
  const tasks = await until('they are tasks', async () => {
    const { items } = await call('GET', `/tasks?channel_id=${channel.id}&limit=50`);
    return items.filter((t) => t.title.startsWith('Tasting')).length === 6 && items;
  });
  for (const task of tasks.slice(0, 3)) await call('POST', `/tasks/${task.id}/comments`, { text: '☎', visibility: 'internal' });
  await sync.click();
  await page.waitForTimeout(1000);
  await shoot('55-forms', two);
  await page.getByRole('link', { name: 'Tasting' }).click();
  await page.locator('#form-backfill').waitFor();
  await page.locator('section[aria-labelledby=form-backfill] button').click();
  await page.locator('[data-state=done]').waitFor();
  await shoot('56-form');
  const panel = page.locator('section[aria-labelledby=form-test]');
  await panel.locator('button').first().click();
  await panel.locator('a[href^="/tasks/"]').waitFor();
  await panel.scrollIntoViewIfNeeded();
  await shoot('58-test-lead', two);
  await page.waitForTimeout(5500);
  await panel.locator('button').first().click();
  await panel.locator('[role=alert]').waitFor();
  await shoot('59-test-lead-there', two);
  page.excuse(/status of 409/);
  const person = await sim.call('people', { first_name: 'Ada', last_name: 'Click' });
  await sim.call('arrive', { page: shop, person: person.id, ad_id: '1202', ad_title: 'Winter cup', text: 'How much is it?' });
  await until('it is counted', async () => (await call('GET', '/lead-figures')).all.conversations === 1);
  await page.goto('/settings/campaigns');
  await page.locator('tfoot').waitFor();
  await shoot('57-campaigns', two);
}

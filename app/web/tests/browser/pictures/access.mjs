// The pictures of who may do what where, and of a task that may only be read.
import { startSandbox } from '../../../scripts/kontor.mjs';
import { ben, openPage, Phone, signIn, until } from '../support.mjs';

/** The matrix, its dialog, and what a viewer sees. */
export async function shootAll({ browser, language, shooter }) {
  const sandbox = await startSandbox({ language });
  try {
    await goOn(browser, sandbox, language, shooter);
  } finally {
    await sandbox.stop();
  }
}

async function goOn(browser, sandbox, language, shooter) {
  const options = { locale: language === 'de' ? 'de-DE' : 'en-GB' };
  const page = await openPage(browser, sandbox.url, options);
  await signIn(page, sandbox);
  const call = async (method, path, data) => (await page.request.fetch(`${sandbox.url}/api/v1${path}`, { method, data, headers: { Origin: sandbox.url } })).json();
  const person = await call('POST', '/staff', { ...ben, language });
  const mia = await call('POST', '/staff', { email: 'mia@work.example', name: 'Mia Weiss', password: 'wide blue tricycle', language });
  const team = await call('POST', '/teams', { name: 'Nordlicht', member_ids: [mia.id] });
  const channel = (await call('GET', '/channels')).items[0];
  const phone = new Phone(sandbox.phone);
  const { page: shop, people } = await phone.world();
  await phone.write(shop, people.Anna, 'Is my order 4711 on its way?');
  const task = await until('the task', async () => (await call('GET', '/tasks')).items.find((x) => x.snippet.includes('4711')));
  await call('PATCH', `/tasks/${task.id}`, { assignee_ids: [mia.id] });
  await call('PUT', `/channels/${channel.id}/access`, {
    all_staff: 'none', all_teams: 'none', staff: [{ staff_id: person.id, role: 'viewer' }], teams: [{ team_id: team.id, role: 'contributor' }],
  });
  const shoot = shooter(page);
  await page.goto('/settings/access');
  await page.locator('table').waitFor();
  await shoot('90-access');
  await page.locator('tr').filter({ hasText: 'Nordlicht' }).first().getByRole('button').click();
  await page.getByRole('dialog').waitFor();
  await shoot('91-access-dialog');
  await page.getByRole('dialog').getByRole('radio').first().check();
  await page.getByRole('dialog').locator('button[type=submit]').click();
  await page.getByRole('dialog').getByRole('alert').waitFor();
  await shoot('92-access-losing', ['wide', 'narrow']);
  await page.keyboard.press('Escape');

  const reader = await openPage(browser, sandbox.url, options);
  await signIn(reader, ben);
  await reader.goto(`/tasks/${task.id}`);
  await reader.getByRole('log').getByText('4711').first().waitFor();
  await shooter(reader)('93-read-only');

  await page.goto('/settings/people');
  const more = page.locator('li').filter({ hasText: 'Mia Weiss' }).getByRole('button');
  await more.first().click();
  await page.getByRole('menu').waitFor();
  await shoot('94-person-menu', ['wide', 'narrow']);
  await page.getByRole('menuitem').last().click();
  await page.getByRole('dialog').locator('select').waitFor();
  await shoot('95-hand-over');
}

// The pictures of channels: connecting thirty pages, a channel in its states.
import { startSandbox } from '../../../scripts/kontor.mjs';
import { openPage, Phone, signIn, until } from '../support.mjs';

const cities = ['Berlin', 'Hamburg', 'Wien', 'Basel'];
const two = ['wide', 'narrow'];

export async function shootAll({ browser, language, shooter }) {
  const sandbox = await startSandbox({ language });
  try {
    const sim = new Phone(sandbox.phone);
    const page = await openPage(browser, sandbox.url, { locale: language === 'de' ? 'de-DE' : 'en-GB' });
    const shoot = shooter(page);
    await signIn(page, sandbox);
    const { people } = await sim.world();
    const call = async (method, path, data) =>
      (await page.request.fetch(`/api/v1${path}`, { method, data, headers: { Origin: sandbox.url } })).json();
    const w = { sandbox, sim, page, shoot, people, call };
    await connecting(w);
    const channel = (await call('GET', '/channels?limit=200')).items.find((c) => c.external_id === w.first);
    await oneChannel(w, channel);
    if (page.troubles.length > 0) console.log(language, page.troubles);
  } finally {
    await sandbox.stop();
  }
}

async function connecting(w) {
  const { page, sim, shoot } = w;
  const pages = [];
  for (let i = 1; i <= 30; i++) pages.push((await sim.call('pages', { name: `Bakery ${String(i).padStart(2, '0')} ${cities[i % 4]}` })).id);
  const managed = pages.map((p, i) => (i === 4 ? { page: p, tasks: ['ADVERTISE'] } : i === 6 ? { page: p, business: 'Holding' } : { page: p }));
  const mia = await sim.call('users', { name: 'Mia Manager', pages: managed });
  w.first = pages[0];
  await page.goto('/channels');
  await page.locator('main li').first().waitFor();
  await shoot('30-channels');
  await page.goto('/channels/connect');
  await page.locator('blockquote').waitFor();
  await shoot('31-terms', two);
  await page.getByRole('checkbox').check();
  await page.locator('form button[type=submit]').click();
  await page.locator('details').waitFor();
  await shoot('32-login', two);
  await page.goto('/channels/connect?connect_error=connection.denied');
  await page.getByRole('alert').waitFor();
  await shoot('33-denied', two);
  await page.locator('section button').first().click();
  await page.waitForURL(/dialog/);
  const { location } = await sim.call('login', {
    url: page.url(), user: mia.id, pages: pages.slice(0, 29), unticked: { pages_messaging: [pages[8]] }, declined: ['leads_retrieval'],
  });
  await page.goto(location);
  await page.locator('footer').waitFor();
  await shoot('34-pages');
  await page.locator('input[type=search]').fill('05');
  await shoot('35-lacking', two);
  await page.locator('input[type=search]').fill('');
  await page.locator('section input[type=checkbox]').first().check();
  await page.locator('footer button').click();
  await page.locator('footer progress').waitFor();
  await shoot('36-progress', ['wide']);
  await page.getByText(/27 (of|von) 27/).waitFor({ timeout: 30_000 });
  await page.locator('footer button').first().click();
  await page.locator('select').waitFor();
  await shoot('37-waiting', two);
  await sim.write(w.first, w.people.Anna, 'Guten Morgen!');
  await page.locator('a[href^="/tasks/"]').last().waitFor();
  await shoot('38-arrived', two);
}

async function oneChannel(w, channel) {
  const { page, sim, shoot, people, call, first } = w;
  for (const [name, text] of [['Tomás', 'Hola!'], ['Ольга', 'Есть торт?']]) await sim.write(first, people[name], text);
  const tasks = await until('they are tasks', async () => {
    const { items } = await call('GET', `/tasks?channel_id=${channel.id}`);
    return items.length === 3 && items;
  });
  for (const task of tasks.slice(0, 2)) await call('PATCH', `/tasks/${task.id}`, { status: 'resolved' });
  for (const name of ['Tomás', 'Ольга']) await sim.write(first, people[name], '…');
  await page.waitForTimeout(1000);
  await page.goto('/channels');
  await page.locator('main li').first().waitFor();
  await shoot('39-many');
  await page.goto(`/channels/${channel.id}`);
  await page.locator('svg rect').first().waitFor();
  await shoot('50-channel');
  await page.locator('#setting-new_task-reopen_last').check();
  await page.locator('#what-if-messages').scrollIntoViewIfNeeded();
  await shoot('51-what-if', two);
  await page.goto(`/channels/${channel.id}`);
  await page.getByRole('switch').first().click({ force: true });
  await page.locator('[data-level=info]').first().waitFor();
  await sim.write(first, people.Anna, '?');
  await until('it is held', async () => (await call('GET', `/channels/${channel.id}`)).held === 1);
  await page.getByRole('switch').first().click({ force: true });
  await page.reload();
  await page.locator('section[data-level=wait]').waitFor();
  await shoot('52-held', two);
  await sim.call(`pages/${first}`, { token_error: '190/460' }, 'PATCH');
  await call('POST', `/channels/${channel.id}/check`);
  await page.reload();
  await page.getByRole('alert').waitFor();
  await shoot('53-dead', two);
  await page.locator('section[aria-labelledby=channel-remove] button').click();
  await page.getByRole('dialog').waitFor();
  await page.waitForTimeout(300);
  await shoot('54-remove', two);
  await page.keyboard.press('Escape');
}

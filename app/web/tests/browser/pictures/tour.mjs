// The pictures of README.md's tour: a café's day. scripts/tour.mjs shrinks them.
import { startSandbox } from '../../../scripts/kontor.mjs';
import { openPage, Phone, signIn, until } from '../support.mjs';
import { work } from './reports.mjs';

const order = 'Hello, is my order 4711 on its way? I ordered two bags of the Ethiopian roast last Thursday.';
const answer = 'Good morning Anna, it left us this morning. You can follow it at https://parcel.example/4711.';

export async function shootAll({ browser, language, shooter }) {
  if (language !== 'en') return;
  const sandbox = await startSandbox();
  try {
    const phone = new Phone(sandbox.phone);
    const { page: shop, people } = await phone.world();
    const page = await openPage(browser, sandbox.url, { locale: 'en-GB' });
    const shoot = shooter(page);
    await signIn(page, sandbox);
    const call = async (method, path, data) =>
      (await page.request.fetch(`${sandbox.url}/api/v1${path}`, { method, data, headers: { Origin: sandbox.url } })).json();
    const taskOf = (text) => until(text, async () => (await call('GET', '/tasks')).items.find((x) => x.snippet === text));

    await phone.write(shop, people['Ольга'], 'Is the chocolate cake gluten-free?');
    const cake = await taskOf('Is the chocolate cake gluten-free?');
    await call('PATCH', `/tasks/${cake.id}`, { tags: ['allergy'], priority: 'high' });
    await phone.write(shop, people['Tomás'], 'Do you have a table for eight on Sunday?');
    const table = await taskOf('Do you have a table for eight on Sunday?');
    await call('PATCH', `/tasks/${table.id}`, { tags: ['reservation'] });
    await phone.write(shop, people.Anna, order);
    const task = await taskOf(order);
    await call('PATCH', `/tasks/${task.id}`, { tags: ['delivery'], topic: 'Orders' });
    await call('POST', `/tasks/${task.id}/comments`, { text: 'She is a regular. Give her the 10 % if the parcel is late.', visibility: 'internal' });
    await call('POST', `/tasks/${task.id}/comments`, { text: answer, visibility: 'public', undo_seconds: 0 });
    await phone.write(shop, people.Anna, 'Lovely, thank you! And do you open on Sundays in December?');
    await page.goto(`/tasks/${task.id}`);
    await page.locator('button[data-state=delivered]').waitFor();
    await page.getByRole('log').getByText('Lovely').waitFor();
    await page.keyboard.press('r');
    await page.keyboard.type('Yes, from nine to five, ');
    await page.waitForTimeout(800);
    await shoot('conversation', ['laptop', 'narrow']);
    await page.keyboard.press('Escape');
    await page.locator('h3 button').last().click();
    await page.locator('h3 button').last().scrollIntoViewIfNeeded();
    await page.waitForTimeout(400);
    await shoot('why', ['wide']);

    const { contact_id: anna } = await call('GET', `/tasks/${task.id}`);
    const company = await call('POST', '/contacts', { name: 'Berg & Sons', kind: 'company' });
    await call('PATCH', `/contacts/${anna}`, { company_id: company.id, group: 'Regulars', tags: ['wholesale'], emails: ['anna@berg.example'], phones: ['+49 30 1234567'] });
    await call('POST', '/contacts', { name: 'Anna Berg', kind: 'person', emails: ['anna.berg@home.example'], tags: ['newsletter'] });
    await page.goto('/contacts/duplicates');
    await page.locator('main table').first().waitFor();
    await shoot('duplicates', ['laptop']);

    const [channel] = (await call('GET', '/channels')).items;
    await page.goto(`/channels/${channel.id}`);
    await page.locator('svg rect').first().waitFor();
    await shoot('channel', ['laptop']);

    await work(page, sandbox, ['Delivery', 'Opening hours', 'Invoice']);
    await page.goto('/reports?days=7&by=topic');
    await page.locator('figure').first().waitFor();
    await shoot('reports', ['laptop']);
  } finally {
    await sandbox.stop();
  }
}

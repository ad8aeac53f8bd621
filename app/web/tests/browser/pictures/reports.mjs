// The pictures of reports: some days of work.
import { startSandbox } from '../../../scripts/kontor.mjs';
import { openPage, Phone, signIn, until } from '../support.mjs';

const topics = { en: ['Delivery', 'Opening hours', 'Invoice'], de: ['Lieferung', 'Öffnungszeiten', 'Rechnung'] };

export async function shootAll({ browser, language, shooter }) {
  const sandbox = await startSandbox({ language });
  try {
    const page = await openPage(browser, sandbox.url, { locale: language === 'de' ? 'de-DE' : 'en-GB' });
    const shoot = shooter(page);
    await signIn(page, sandbox);
    await page.goto('/reports');
    await page.locator('h2').first().waitFor();
    await shoot('01-nothing', ['wide', 'narrow']);
    await work(page, sandbox, topics[language]);
    await page.goto('/reports?days=7&by=topic');
    await page.locator('figure').first().waitFor();
    await shoot('02-report');
    await page.locator('#report-groups').scrollIntoViewIfNeeded();
    await shoot('03-groups', ['wide', 'narrow']);
  } finally {
    await sandbox.stop();
  }
}

/** Eight days with more work on some than on others, answered and resolved sooner or later. */
export async function work(page, sandbox, names) {
  const phone = new Phone(sandbox.phone);
  const call = async (method, path, body) => {
    const answer = await page.request.fetch(`/api/v1${path}`, { method, data: body, headers: { Origin: sandbox.url } });
    return answer.json();
  };
  const { page: shop, people } = await phone.world();
  const waiting = () => call('GET', '/tasks?category=new&limit=100');
  for (const [d, much] of [3, 6, 8, 5, 9, 2, 1, 7].entries()) {
    for (let n = 0; n < much; n++) {
      const task = await call('POST', '/tasks', { title: `${names[n % 3]} ${d}${n}`, topic: names[n % 3] });
      await phone.call('advance', { by: `${9 + ((d * 7 + n * 13) % 47)}m` });
      if ((d + n) % 4 !== 0) await call('POST', '/tasks/bulk', { items: [{ id: task.id, category: 'resolved' }] });
    }
    // Three are customers, who are answered.
    for (const [n, person] of Object.values(people).entries()) {
      const text = `${names[n]} ${d}?`;
      await phone.write(shop, person, text);
      const task = await until(text, async () => (await waiting()).items.find((x) => x.snippet === text));
      await call('PATCH', `/tasks/${task.id}`, { topic: names[n] });
      await phone.call('advance', { by: `${3 + ((d * 11 + n * 17) % 40)}m` });
      await call('POST', `/tasks/${task.id}/comments`, { text: '…', visibility: 'public', undo_seconds: 0 });
      await phone.call('advance', { by: `${5 + ((d * 5 + n * 19) % 50)}m` });
      if ((d + n) % 5 !== 0) await call('POST', '/tasks/bulk', { items: [{ id: task.id, category: 'resolved' }] });
    }
    await phone.call('advance', { by: d % 2 ? '19h' : '22h' });
  }
}

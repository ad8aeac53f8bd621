// The saved views in the sidebar, as they are arranged, and a message that is left alone.
import { startSandbox } from '../../../scripts/kontor.mjs';
import { openPage, Phone, signIn, until } from '../support.mjs';

const words = {
  en: { leave: 'Leave it', left: 'Left alone', move: 'Move “To be called back”' },
  de: { leave: 'Dabei belassen', left: 'Auf sich beruhen gelassen', move: '„To be called back“ verschieben' },
};

export async function shootAll({ browser, language, shooter }) {
  const sandbox = await startSandbox({ language });
  const page = await openPage(browser, sandbox.url, { locale: language });
  const camera = shooter(page);
  const t = words[language];
  const call = (method, path, data) => page.request.fetch(`${sandbox.url}/api/v1${path}`, { method, data, headers: { Origin: sandbox.url } });
  try {
    await signIn(page, sandbox);
    for (const name of ['Large orders', 'To be called back', 'Too late for an answer within the standard window']) {
      await call('POST', '/task-views', { name, shared: name !== 'Large orders', filter: { unread: 'true' } });
    }
    const sim = new Phone(sandbox.phone);
    const { page: shop, people } = await sim.world();
    await sim.write(shop, people.Anna, 'Is anybody there?');
    const view = page.getByRole('navigation').getByRole('link', { name: 'To be called back' });
    await view.hover();
    await page.getByRole('button', { name: t.move }).click();
    await page.getByRole('menuitem').first().waitFor();
    await camera('01-view-menu', ['wide']);
    await page.keyboard.press('Escape');
    const phone = await openPage(browser, sandbox.url, { locale: language, hasTouch: true, isMobile: true, viewport: { width: 375, height: 812 } });
    await signIn(phone, sandbox);
    await phone.getByRole('button', { name: /^(Menu|Menü)$/ }).click();
    await phone.getByRole('dialog').getByRole('button', { name: t.move }).waitFor();
    await shooter(phone)('02-views-in-the-drawer', ['narrow']);
    await phone.context().close();

    const task = await until('the task', async () => (await (await call('GET', '/tasks')).json()).items.find((x) => x.snippet === 'Is anybody there?'));
    await sim.call('faults', { call: 'send', answer: 'error', error: '10/2018278' });
    await page.goto(`/tasks/${task.id}`);
    await call('POST', `/tasks/${task.id}/comments`, { text: 'Never mind', visibility: 'public', undo_seconds: 0 });
    await page.getByRole('button', { name: t.leave }).waitFor();
    await camera('03-failed');
    await page.getByRole('button', { name: t.leave }).click();
    await page.getByText(t.left).waitFor();
    await camera('04-left-alone');
  } finally {
    await page.context().close();
    await sandbox.stop();
  }
}

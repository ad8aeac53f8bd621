// The pictures of what shows that nothing was lost: health, deliveries, events, completeness, the audit log, the app review.
import { startSandbox } from '../../../scripts/kontor.mjs';
import { openPage, Phone, signIn, until } from '../support.mjs';

export async function shootAll({ browser, language, shooter }) {
  const sandbox = await startSandbox({ language });
  try {
    const phone = new Phone(sandbox.phone);
    const { page: shop, people } = await phone.world();
    const page = await openPage(browser, sandbox.url, { locale: language === 'de' ? 'de-DE' : 'en-GB' });
    const shoot = shooter(page);
    await signIn(page, sandbox);
    const call = async (method, path, data) => {
      const answer = await page.request.fetch(`${sandbox.url}/api/v1${path}`, { method, data, headers: { Origin: sandbox.url } });
      if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`);
      return answer.json();
    };
    const taskOf = (text) => until(text, async () => (await call('GET', '/tasks')).items.find((x) => x.snippet === text));
    const answer = (task, text) => call('POST', `/tasks/${task.id}/comments`, { text, visibility: 'public', undo_seconds: 0 });
    const states = async (n) => until(`${n} messages have come to an end`, async () => (await call('GET', '/messages')).items.filter((m) => !['queued', 'sending'].includes(m.state)).length === n, 60_000);

    await page.goto('/settings/deliveries');
    await page.locator('h2').last().waitFor();
    await shoot('01-no-deliveries', ['wide', 'narrow']);
    await page.goto('/settings/events');
    await page.locator('h2').last().waitFor();
    await shoot('02-no-events', ['wide']);
    await page.goto('/settings/health');
    await page.locator('section h2').last().waitFor();
    await shoot('03-health');

    await phone.write(shop, people.Anna, 'Is my order 4711 on its way?');
    const anna = await taskOf('Is my order 4711 on its way?');
    for (const text of ['Good morning Anna, it left us this morning.', 'Shall we hold a table for you?', 'See you on Sunday!']) await answer(anna, text);
    await states(3);
    await phone.write(shop, people['Tomás'], 'Do you have oat milk?');
    const tomas = await taskOf('Do you have oat milk?');
    await phone.call('faults', { call: 'send', answer: 'error', error: '10/2018278' });
    await answer(tomas, 'Yes, oat and almond.');
    await states(4);
    await phone.write(shop, people['Ольга'], 'Is the cake gluten-free?');
    const olga = await taskOf('Is the cake gluten-free?');
    await phone.call('faults', { call: 'send', answer: 'hang' });
    await answer(olga, 'The chocolate one is.');
    await states(5);

    await page.goto('/settings/deliveries');
    await page.locator('svg[role=img]').waitFor();
    await shoot('04-deliveries');
    await page.getByText('Yes, oat and almond.').click();
    await page.locator('dl').first().waitFor();
    await shoot('05-failed');
    await page.getByText('Yes, oat and almond.').first().click();
    await page.getByText('The chocolate one is.').click();
    await page.locator('dl').first().waitFor();
    await shoot('06-unconfirmed', ['wide', 'narrow']);

    await page.goto('/settings/events');
    await page.locator('svg[role=img]').waitFor();
    await shoot('07-events');
    await page.locator('button[aria-expanded]').last().click();
    await page.locator('pre').waitFor();
    await shoot('08-event');
    await page.goto('/settings/events?state=processed');
    await page.locator('[role=group] button').last().click();
    await page.locator('[role=group] [role=status]').waitFor();
    await shoot('09-replay', ['wide', 'narrow']);
    await page.locator('[role=group] button').first().click();
    await page.locator('article progress').waitFor();
    await page.waitForTimeout(2500);
    await shoot('09-replayed', ['wide', 'narrow']);
    const channelOf = (await call('GET', '/channels')).items[0].id;
    const was = { processed: 7204, ignored: 311, failed: 12, aside: 3, left: 4970, count: 12_500, by: 'Olivia Owner', created_at: new Date().toISOString(), ended_at: null };
    const of = { named: 0, state: 'ignored', channel_id: channelOf, type: '', reason: '', from: null, to: null, replay_id: null };
    const replays = [{ id: 'a', state: 'running', ...was, of }, { id: 'b', state: 'stopped', ...was, ended_at: new Date().toISOString(), of: { ...of, state: 'failed' } }];
    await page.route('**/api/v1/events/replays?*', (route) => route.fulfill({ json: { items: replays, next_cursor: '' } }));
    await page.reload();
    await page.locator('article progress').first().waitFor();
    await shoot('09-replaying', ['wide', 'narrow']);

    const [channel] = (await call('GET', '/channels')).items;
    await call('PATCH', `/channels/${channel.id}`, { display_name: 'Kaffee am Markt', settings: { new_task: 'reopen_last', history_count: 20 } });
    await page.goto('/settings/completeness');
    await page.locator('section h2').last().waitFor();
    await page.waitForTimeout(500);
    await shoot('10-not-compared', ['wide']);
    const days = Array.from({ length: 26 }, (_, i) => {
      const day = new Date(Date.now() - i * 86_400_000).toISOString().slice(0, 10);
      const [received, recovered, unread] = [14 + ((i * 7) % 23), i % 6 === 2 ? 3 : 0, i === 11 ? 1 : 0];
      return { day, received, recovered, unread, completeness: (100 * received) / (received + recovered), updated_at: new Date().toISOString() };
    });
    await page.route('**/api/v1/channels/*/reconciliation', (route) => route.fulfill({ json: { until: new Date().toISOString(), days } }));
    await page.reload();
    await page.locator('svg[role=img]').waitFor();
    await shoot('11-completeness');
    await page.locator('summary').first().click();
    await shoot('12-completeness-table', ['wide', 'narrow']);

    await page.goto('/settings/audit');
    await page.locator('ol').first().waitFor();
    await shoot('13-audit');
    await page.goto('/settings/review');
    await page.locator('ol').first().waitFor();
    await shoot('14-review');
    await phone.call(`page/${shop}`, undefined).catch(() => null);
    await page.goto('/settings/health');
    await page.locator('section h2').last().waitFor();
    await page.route('**/api/v1/installation/health', (route) =>
      route.fulfill({
        json: {
          checked_at: new Date().toISOString(),
          findings: [
            { area: 'settings', level: 'ok', code: 'doctor.settings_fine', text: 'The settings go together, and the data folder can be written to.' },
            { area: 'mail', level: 'error', code: 'doctor.mail_away', text: 'The mail server cannot be used: dial tcp 10.0.0.7:587: connect: connection refused. Check KONTOR_SMTP_URL.' },
            { area: 'events', level: 'warning', code: 'doctor.events_failed', text: '3 events could not be read and are kept aside.' },
          ],
        },
      }),
    );
    await page.reload();
    await page.getByText('10.0.0.7').waitFor();
    await shoot('15-ill');
    await page.goto('/settings');
    await page.locator('h2').last().waitFor();
    await shoot('16-settings', ['wide', 'narrow']);
    if (page.troubles.length > 0) console.log(language, page.troubles);
  } finally {
    await sandbox.stop();
  }
}

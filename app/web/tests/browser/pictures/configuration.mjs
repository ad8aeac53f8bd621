// The pictures of the account's settings and of its configuration as a text.
import { startSandbox } from '../../../scripts/kontor.mjs';
import { openPage, signIn } from '../support.mjs';

const document = `kontor: 1
account:
  country: AT
teams:
  - name: Workshop
    members: []
status_sets:
  - name: Repairs
    statuses:
      - {key: new, name: New, category: new, color: '#1c7ed6'}
      - {key: waiting, name: Waiting for parts, category: pending, color: '#f08c00'}
      - {key: done, name: Done, category: resolved, color: '#2f9e44'}
object_templates:
  - name: Repair
    status_set: Repairs
    fields:
      - {key: piece, label: Piece of furniture, type: text}
    defaults:
      title: 'Repair: {{ message.excerpt }}'
      assignees: [{team: Workshop}]
      due_in: 480
saved_replies:
  - name: Opening hours
    text: |
      Dear {{ contact.name }},

      we open at nine.
channels:
  - {kind: facebook, external_id: "4711", name: Lumen Outlet}
`;

/** The account, and the configuration: empty, planned, asked about, done, wrong. */
export async function shootAll({ browser, language, shooter }) {
  const options = { locale: language === 'de' ? 'de-DE' : 'en-GB' };
  const sandbox = await startSandbox({ language });
  try {
    const page = await openPage(browser, sandbox.url, options);
    const shoot = shooter(page);
    await signIn(page, sandbox);
    await page.goto('/settings/account');
    await page.locator('input[name=name]').waitFor();
    await shoot('60-account');
    const hours = page.locator('form[aria-labelledby=account-hours]');
    for (const day of [0, 1, 2, 3, 4]) await hours.getByRole('checkbox').nth(day).check();
    await hours.getByRole('listitem').nth(1).getByRole('button').click();
    await hours.getByRole('button').nth(-2).click();
    await hours.locator('input[type=date]').fill('2026-12-25');
    await hours.locator('input[type=text]').fill(language === 'de' ? 'Weihnachten' : 'Christmas');
    await hours.scrollIntoViewIfNeeded();
    await shoot('60b-hours');
    await page.goto('/settings/configuration');
    const text = page.locator('textarea');
    await text.waitFor();
    await shoot('61-configuration');
    const plan = page.locator('section[aria-labelledby=configuration-bring] button').last();
    const go = async (value) => {
      await text.fill(value);
      await plan.click();
    };
    await go(document);
    await page.locator('#configuration-plan').waitFor();
    await page.locator('#plan-teams').scrollIntoViewIfNeeded();
    await shoot('62-plan');
    const own = await (await page.request.get(`${sandbox.url}/api/v1/configuration.yaml`)).text();
    await go(own.replace(/title: .-[\s\S]*?\n {6}description/, "title: 'Dialog: {{ message.excerpt }}'\n      description").replace('history_count: 10', 'history_count: 20'));
    await page.locator('dl').first().waitFor();
    await shoot('63-changes');
    await page.locator('section[aria-labelledby=configuration-plan] button').last().click();
    await page.getByRole('dialog').waitFor();
    await shoot('64-confirm', ['wide', 'narrow']);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await go(`${document}topics:\n  - {name: Oak, color: brown}\n`.replace('status_set: Repairs', 'status_set: Nowhere').replace('members: []', 'members: [ada@work.example]'));
    await page.getByRole('alert').waitFor();
    await shoot('65-wrong');
    await page.context().close();
  } finally {
    await sandbox.stop();
  }
}

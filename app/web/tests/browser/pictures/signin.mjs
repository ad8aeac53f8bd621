// The pictures of signing in, of one's own account, and of people.
import { startSandbox, startServer } from '../../../scripts/kontor.mjs';
import { appCode, openPage, signIn } from '../support.mjs';

/** The ways in, one's own account, and the people. */
export async function shootAll({ browser, language, shooter }) {
  const options = { locale: language === 'de' ? 'de-DE' : 'en-GB' };
  const empty = await startServer();
  try {
    const page = await openPage(browser, empty.url, options);
    await page.goto('/');
    await page.locator('input[name=account_name]').waitFor();
    await shooter(page)('40-set-up');
  } finally {
    await empty.stop();
  }
  const sandbox = await startSandbox({ language });
  try {
    await goOn(browser, sandbox, options, shooter);
  } finally {
    await sandbox.stop();
  }
}

async function goOn(browser, sandbox, options, shooter) {
  const page = await openPage(browser, sandbox.url, options);
  const shoot = shooter(page);
  const button = (at) => page.locator('main button[type=submit]').nth(at);
  await page.goto('/forgot');
  await page.locator('form h1').waitFor();
  await shoot('41-forgot', ['wide', 'narrow']);
  await page.goto('/sign-in?problem=sso.unknown');
  await page.getByRole('alert').waitFor();
  await shoot('41b-sso-refused', ['wide', 'narrow']);
  await signIn(page, sandbox);
  await page.goto('/settings/me');
  await page.locator('#me-tokens').waitFor();
  await page.locator('section[aria-labelledby=me-sessions] li').first().waitFor();
  await shoot('42-me');
  const factor = page.locator('section[aria-labelledby=me-factor]');
  await factor.getByRole('button').first().click();
  await factor.locator('input[name=password]').fill(sandbox.password);
  await factor.locator('button[type=submit]').click();
  await factor.getByRole('img').waitFor();
  await shoot('43-enrol');
  const secret = await factor.locator('code').innerText();
  await factor.locator('input[name=code]').fill(appCode(secret));
  await factor.locator('button[type=submit]').click();
  await factor.locator('ul code').first().waitFor();
  await shoot('44-recovery-codes');
  await factor.getByRole('button').first().click();
  const tokens = page.locator('section[aria-labelledby=me-tokens]');
  await tokens.getByRole('button').first().click();
  await tokens.locator('input[name=name]').fill('Shop');
  await tokens.locator('button[type=submit]').click();
  await tokens.getByRole('status').waitFor();
  await tokens.scrollIntoViewIfNeeded();
  await shoot('45-token', ['wide', 'narrow']);

  await page.goto('/settings/people');
  await page.locator('#people-safety').waitFor();
  await page.locator('header button').last().click();
  await page.locator('input[name=email]').fill('neu@acme.example');
  await shoot('46-invite');
  await button(0).click();
  const link = await page.getByRole('status').locator('code').innerText();
  await shoot('47-people');
  await page.locator('li button[aria-haspopup=menu]').nth(1).click();
  await page.getByRole('menu').waitFor();
  await shoot('48-person', ['wide', 'narrow']);
  await page.keyboard.press('Escape');
  const api = (method, path, data) => page.request.fetch(`${sandbox.url}/api/v1${path}`, { method, data, headers: { Origin: sandbox.url } });
  const day = ['08:30-12:00', '13:00-17:30'];
  const office = { monday: day, tuesday: day, wednesday: day, thursday: day, friday: ['08:30-14:00'] };
  await api('PATCH', '/account', { working_hours: office });
  const { items } = await (await api('GET', '/staff')).json();
  const late = { monday: ['14:00-22:00'], wednesday: ['14:00-22:00'], saturday: ['10:00-16:00'], sunday: ['10:00-16:00'], time_zone: 'Europe/Lisbon' };
  for (const [i, p] of items.entries()) await api('PATCH', `/staff/${p.id}`, { working_hours: i % 2 ? late : office });
  await page.goto('/settings/people');
  await page.locator('li button [role=img]').first().waitFor();
  await shoot('48b-hours-of-people');
  await page.locator('li button:has([role=img])').first().click();
  await page.getByRole('dialog').waitFor();
  await shoot('48c-hours-of-a-person', ['wide', 'narrow']);
  await page.keyboard.press('Escape');
  await page.goto('/settings/me');
  await page.locator('section[aria-labelledby=me-hours] [role=img]').waitFor();
  await shoot('48d-my-hours', ['wide', 'narrow']);

  const guest = await openPage(browser, sandbox.url, options);
  await guest.goto(link.replace(/^https?:\/\/[^/]+/, ''));
  await guest.locator('input[name=name]').waitFor();
  await shooter(guest)('49-join');
  await guest.goto('/sign-in');
  await guest.locator('input[name=email]').fill(sandbox.email);
  await guest.locator('input[name=password]').fill(sandbox.password);
  await guest.locator('button[type=submit]').click();
  await guest.locator('input[name=code]').waitFor();
  await guest.locator('input[name=code]').fill('000000');
  await guest.locator('button[type=submit]').click();
  await guest.getByRole('alert').waitFor();
  await shooter(guest)('49b-second-step', ['wide', 'narrow']);
}

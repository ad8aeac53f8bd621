// The pictures of signing in, of one's own account, and of people.
import { startSandbox, startServer } from '../../scripts/kontor.mjs';
import { appCode, openPage, signIn } from './support.mjs';

/** Pictures the ways in and the people, in one language. Their names begin with 4. */
export async function shootSigningIn(browser, language, shooter) {
  const options = { locale: language === 'de' ? 'de-DE' : 'en-GB' };
  const empty = await startServer();
  try {
    const page = await openPage(browser, empty.url, options);
    await page.goto('/');
    await page.locator('input[name=account_name]').waitFor();
    await shooter(page, language)('40-set-up');
  } finally {
    await empty.stop();
  }
  const sandbox = await startSandbox({ language });
  try {
    await goOn(browser, sandbox, language, options, shooter);
  } finally {
    await sandbox.stop();
  }
}

async function goOn(browser, sandbox, language, options, shooter) {
  const page = await openPage(browser, sandbox.url, options);
  const shoot = shooter(page, language);
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

  const guest = await openPage(browser, sandbox.url, options);
  await guest.goto(link.replace(/^https?:\/\/[^/]+/, ''));
  await guest.locator('input[name=name]').waitFor();
  await shooter(guest, language)('49-join');
  await guest.goto('/sign-in');
  await guest.locator('input[name=email]').fill(sandbox.email);
  await guest.locator('input[name=password]').fill(sandbox.password);
  await guest.locator('button[type=submit]').click();
  await guest.locator('input[name=code]').waitFor();
  await guest.locator('input[name=code]').fill('000000');
  await guest.locator('button[type=submit]').click();
  await guest.getByRole('alert').waitFor();
  await shooter(guest, language)('49b-second-step', ['wide', 'narrow']);
}

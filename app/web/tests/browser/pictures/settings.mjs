// The pictures of the settings' first page, as an admin and as a member see it.
import { startSandbox } from '../../../scripts/kontor.mjs';
import { ben, openPage, signIn } from '../support.mjs';

export async function shootAll({ browser, language, shooter }) {
  const sandbox = await startSandbox({ language });
  const options = { locale: language === 'de' ? 'de-DE' : 'en-GB' };
  try {
    const page = await openPage(browser, sandbox.url, options);
    await signIn(page, sandbox);
    await page.request.post(`${sandbox.url}/api/v1/staff`, { data: { ...ben, language }, headers: { Origin: sandbox.url } });
    await page.goto('/settings');
    await page.locator('main h2').first().waitFor();
    await shooter(page)('01-settings');
    const member = await openPage(browser, sandbox.url, options);
    await signIn(member, ben);
    await member.goto('/settings');
    await member.locator('main h2').first().waitFor();
    await shooter(member)('02-settings-of-a-member', ['wide', 'narrow']);
  } finally {
    await sandbox.stop();
  }
}

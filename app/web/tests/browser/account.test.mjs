// For how long an account keeps things, what its channels do with files, and what people outside see of it: set in a real
// browser, and seen there by somebody who has nothing but a link.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAccessibility, fits, linkedFile, logoPicture, sandboxFor, until } from './support.mjs';

describe('an account', () => {
  const w = sandboxFor();

  test('keeps things for some days, after asking', async () => {
    const page = await w.enter();
    await page.goto('/settings/account');
    const form = page.locator('form[aria-labelledby=account-keeping]');
    await form.getByLabel('Files of messages').selectOption({ label: '90 days' });
    await form.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('It cannot be brought back').waitFor();
    await checkAccessibility(page, 'asking before something is taken away');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    assert.equal((await w.call(page, 'GET', '/account')).keep_files_days, 0);
    await form.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('button', { name: 'Save and take away' }).click();
    await page.getByText("The account's settings are saved.").waitFor();
    assert.equal((await w.call(page, 'GET', '/account')).keep_files_days, 90);
    await form.getByLabel('Files of messages').selectOption({ label: '180 days' });
    await form.getByRole('button', { name: 'Save' }).click();
    await until('longer needs no question', async () => (await w.call(page, 'GET', '/account')).keep_files_days === 180);
    await form.getByLabel('The events themselves').selectOption({ label: '90 days' });
    await form.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('What platforms sent goes with the events').waitFor();
    await dialog.getByRole('button', { name: 'Save and take away' }).click();
    await until('events are kept for 90 days', async () => (await w.call(page, 'GET', '/account')).keep_events_days === 90);
  });

  test('says what its channels do with files', async () => {
    const page = await w.enter();
    await page.goto('/settings/account');
    const section = page.locator('section[aria-labelledby=account-media]');
    await section.getByText('All channels do so already.').waitFor();
    await section.getByLabel('On channels connected from now on').selectOption({ label: 'Keep only the links' });
    await section.getByRole('button', { name: 'Apply to all channels' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^1 channel changes: /).waitFor();
    await checkAccessibility(page, 'asking before all channels change');
    await dialog.getByRole('button', { name: 'Change them' }).click();
    await page.getByText('1 channel changed.').waitFor();
    await section.getByText('All channels do so already.').waitFor();
    assert.equal((await w.call(page, 'GET', '/channels')).items[0].settings.media, 'link');
  });

  test('looks to people outside as it wants to', async () => {
    const page = await w.enter();
    await page.goto('/settings/account');
    const form = page.locator('form[aria-labelledby=account-brand]');
    await form.getByLabel('Name').fill('Nordlicht Möbel');
    await form.getByLabel('Colour', { exact: true }).fill('#ffb000');
    const preview = form.locator('figure');
    await preview.getByText('Nordlicht Möbel').waitFor();
    assert.equal(await preview.evaluate((x) => getComputedStyle(x).getPropertyValue('--fill')), '#ffb000');
    await form.getByText('This colour is too light for text on white').waitFor();
    await form.locator('input[type=file]').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: logoPicture() });
    await page.getByText('The logo is saved.').waitFor();
    await preview.locator('img').waitFor();
    assert.equal(await form.getByLabel('Name').inputValue(), 'Nordlicht Möbel', 'what is not saved yet stays');
    await checkAccessibility(page, 'the branding');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText("The account's settings are saved.").waitFor();
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await checkAccessibility(page, 'the branding in the dark');
    await page.setViewportSize({ width: 375, height: 812 });
    await fits(page, 'the branding');
  });

  test('shows it on the page of a link, until the link is taken back', async () => {
    const page = await w.enter();
    const task = await w.taskOf(page, w.people.Anna, 'what does an oak table cost?');
    const upload = async (name, buffer) => {
      const answer = await page.request.post(`${w.url}/api/v1/attachments`, { headers: { Origin: w.url }, multipart: { file: { name, mimeType: 'application/pdf', buffer } } });
      return answer.json();
    };
    const address = await linkedFile({ call: (...x) => w.call(page, ...x), upload, sim: w.sim, shop: w.shop }, task, 'Offer oak table.pdf');
    const guest = await w.open({ viewport: { width: 375, height: 812 } });
    await guest.goto(address);
    await guest.getByRole('heading', { name: 'A file for you' }).waitFor();
    await guest.getByText('Nordlicht Möbel').waitFor();
    await guest.getByText('PDF · 240 kB').waitFor();
    assert.ok(await guest.locator('img').evaluate((x) => x.complete && x.naturalWidth > 0), 'the picture is there');
    await fits(guest, 'the page of a link');
    await checkAccessibility(guest, 'the page of a link');
    await guest.emulateMedia({ colorScheme: 'dark' });
    await checkAccessibility(guest, 'the page of a link in the dark');
    const [file] = await Promise.all([guest.waitForEvent('download'), guest.getByRole('link', { name: 'Download' }).click()]);
    assert.equal(file.suggestedFilename(), 'Offer oak table.pdf');
    const comment = (await w.call(page, 'GET', `/tasks/${task.id}/comments`)).items.find((c) => c.attachments.length > 0);
    assert.equal(comment.attachments[0].link.opened, 1);
    await w.call(page, 'DELETE', `/attachments/${comment.attachments[0].id}/link`);
    await guest.reload();
    await guest.getByRole('heading', { name: 'This link was taken back' }).waitFor();
    await guest.getByText('Nordlicht Möbel').waitFor();
    await checkAccessibility(guest, 'the page of a link that was taken back');
    guest.excuse(/status of 410/);
  });
});

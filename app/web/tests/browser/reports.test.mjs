import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAccessibility, fits, sandboxFor } from './support.mjs';

describe('reports', () => {
  const w = sandboxFor();

  test('say what was done, by what one chooses', async () => {
    const page = await w.enter();
    await page.getByRole('link', { name: 'Reports' }).click();
    await page.getByText('Nothing to report on yet').waitFor();
    await checkAccessibility(page, 'a report of nothing');
    const task = await w.taskOf(page, w.people.Anna, 'Is anybody there?');
    await w.call(page, 'POST', `/tasks/${task.id}/comments`, { text: 'Good morning!', visibility: 'public' });
    await page.reload();
    await page.getByRole('button', { name: 'Person' }).click();
    const row = page.getByRole('row', { name: /Olivia Owner/ });
    await row.waitFor();
    assert.match(await row.innerText(), /1\s+1/);
    const picture = page.getByRole('figure', { name: 'New and resolved by day' });
    assert.equal(await picture.getByRole('row').count(), 31, 'whoever cannot see the picture reads thirty days');
    await checkAccessibility(page, 'a report');
    await page.emulateMedia({ colorScheme: 'dark' });
    await checkAccessibility(page, 'a report in the dark');
    await page.setViewportSize({ width: 375, height: 812 });
    await fits(page, 'a report');
    await w.call(page, 'PATCH', '/account', { working_hours: { monday: ['09:00-17:00'] } });
    await page.getByLabel('In working hours').check(); // there as soon as the account has some
    await page.waitForURL(/working=true/);
    await page.getByText('Times count the account’s working hours only').waitFor();
    await checkAccessibility(page, 'a report in working hours');
    await page.reload();
    assert.ok(await page.getByLabel('In working hours').isChecked());
    const [table] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Table' }).click()]);
    assert.equal(table.suggestedFilename(), 'task-report.csv');
  });
});

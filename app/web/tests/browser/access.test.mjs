// Who may do what where, in a real browser: what viewers, contributors and others see and may on a channel, how it is
// changed and arrives live, and how somebody's work is handed over. Any error on the page fails the test in which it happens.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ben, checkAccessibility, fits, sandboxFor, until } from './support.mjs';

const dialog = (page) => page.getByRole('dialog');
const log = (page) => page.getByRole('log');
const row = (page, name) => page.locator('tbody tr').filter({ has: page.getByRole('rowheader', { name }) });

/** Gives a role through the dialog of the matrix. */
async function give(page, who, role, save = 'Save') {
  await row(page, who).getByRole('button').click();
  await dialog(page).getByRole('radio', { name: role }).check();
  await dialog(page).getByRole('button', { name: save, exact: true }).click();
}

async function refused(w, page, method, path, data) {
  const answer = await page.request.fetch(`${w.url}/api/v1${path}`, { method, data, headers: { Origin: w.url } });
  return (await answer.json()).code;
}

describe('rights on a channel', () => {
  const w = sandboxFor();

  test('are changed by keyboard, arrive live, and hold on the screen and in the API', async () => {
    const admin = await w.enter();
    const task = await w.taskOf(admin, w.people.Anna, 'Is my order 4711 on its way?');
    const reader = await w.enter(ben);
    await reader.goto('/tasks');
    await reader.getByText('4711').first().waitFor();

    await admin.goto('/settings/access');
    await row(admin, /All staff/).getByRole('button').focus();
    await checkAccessibility(admin, 'the matrix');
    await admin.keyboard.press('Enter');
    await dialog(admin).getByRole('radio', { name: /Contributor/ }).and(admin.locator(':focus')).waitFor();
    await checkAccessibility(admin, 'the dialog');
    for (let i = 0; i < 2; i += 1) await admin.keyboard.press('ArrowUp');
    await admin.keyboard.press('Enter');
    await dialog(admin).waitFor({ state: 'detached' });
    await row(admin, 'Ben Okafor').getByText('No access').waitFor();
    await reader.getByText('4711').first().waitFor({ state: 'detached' });
    assert.equal(await refused(w, reader, 'GET', `/tasks/${task.id}`), 'task.not_found');

    await give(admin, 'Ben Okafor', /Viewer/);
    await row(admin, 'Ben Okafor').getByRole('button', { name: /Viewer.*Because of: given by itself/ }).waitFor();
    await reader.getByText('4711').first().click();
    await log(reader).getByText('4711').waitFor();
    await reader.getByText('You may read here, not answer', { exact: false }).waitFor();
    assert.equal(await reader.getByRole('radio', { name: 'Answer' }).count(), 0);
    await checkAccessibility(reader, 'a task that may only be read');
    assert.equal(await refused(w, reader, 'POST', `/tasks/${task.id}/comments`, { text: 'Hi', visibility: 'public' }), 'access.read_only');
    assert.equal(await refused(w, reader, 'PATCH', `/tasks/${task.id}`, { priority: 'high' }), 'access.read_only');
    await reader.keyboard.press('n');
    await reader.keyboard.type('I looked it up.');
    await reader.keyboard.press('Control+Enter');
    await log(reader).getByText('I looked it up.').waitFor();
    assert.equal((await w.call(admin, 'GET', `/tasks/${task.id}`)).my_role, 'supervisor');

    await give(admin, 'Ben Okafor', /Contributor/);
    await reader.getByText('You may read here, not answer', { exact: false }).waitFor({ state: 'detached' });
    await reader.getByRole('radio', { name: 'Answer' }).waitFor({ state: 'attached' });
    assert.equal(await refused(w, reader, 'GET', '/access'), 'account.role');

    await w.call(admin, 'PATCH', `/tasks/${task.id}`, { assignee_ids: [(await w.call(reader, 'GET', '/me')).id] });
    await row(admin, 'Ben Okafor').getByRole('button').click();
    await dialog(admin).getByRole('radio', { name: /Nothing by itself/ }).check();
    await dialog(admin).getByRole('button', { name: 'Save', exact: true }).click();
    await dialog(admin).getByText('Ben Okafor: 1 open task').waitFor();
    await checkAccessibility(admin, 'what is lost');
    await admin.setViewportSize({ width: 375, height: 812 });
    await fits(admin, 'the matrix');
    await dialog(admin).getByRole('button', { name: 'Save anyway' }).click();
    await dialog(admin).waitFor({ state: 'detached' });
    await log(reader).waitFor({ state: 'detached' }); // what was open is not shown any longer
    await reader.getByText('There is no such task').waitFor();
    reader.excuse(/status of 404/); // that it is gone is an answer
    assert.equal((await w.call(admin, 'GET', `/tasks/${task.id}`)).assignees[0].name, ben.name, 'it stays assigned');
  });

  test('work is handed over before somebody leaves', async () => {
    const admin = await w.enter();
    const staff = (await w.call(admin, 'GET', '/staff')).items;
    const mine = staff.find((s) => s.email === ben.email);
    const other = staff.find((s) => s.name === 'Olivia Owner');
    const made = await w.call(admin, 'POST', '/tasks', { title: 'Count the cups', assignee_ids: [mine.id] });
    await admin.goto('/settings/people');
    await admin.getByRole('button', { name: 'What to do about Ben Okafor' }).click();
    await admin.getByRole('menuitem', { name: 'Tomorrow' }).click();
    await admin.getByText(/Away until/).first().waitFor();
    await admin.getByRole('button', { name: 'What to do about Ben Okafor' }).click();
    await admin.getByRole('menuitem', { name: 'Disable' }).click();
    await dialog(admin).getByText(/open task/).waitFor();
    await checkAccessibility(admin, 'handing over');
    await dialog(admin).getByLabel('Who takes it').selectOption(other.id);
    await dialog(admin).getByRole('button', { name: 'Hand over and disable' }).click();
    await dialog(admin).waitFor({ state: 'detached' });
    const after = await w.call(admin, 'GET', `/tasks/${made.id}`);
    assert.equal(after.assignees[0].id, other.id);
    assert.equal((await w.call(admin, 'GET', `/staff/${mine.id}`)).enabled, false);
    const why = await w.call(admin, 'GET', `/tasks/${made.id}/why`);
    assert.match(why.steps.at(-1).text, /handed the task over from Ben Okafor to Olivia Owner/);
  });
});

/** What each role may on a task of its channel: by the API, and what the screen offers of it. */
describe('the roles one by one', () => {
  const w = sandboxFor();
  let bakery;
  let tasks;
  const me = (page) => w.call(page, 'GET', '/me');
  const setRole = async (admin, channel, role, all = 'none') => {
    const staff = role === 'none' ? [] : [{ staff_id: (await w.call(admin, 'GET', '/staff')).items.find((s) => s.email === ben.email).id, role }];
    await w.call(admin, 'PUT', `/channels/${channel}/access`, { all_staff: all, all_teams: 'none', staff, teams: [] });
  };
  /** What an admin sees, and nobody else. */
  const adminOnly = ['access', 'events', 'events/counts', 'events/replays', 'audit', 'messages', 'delivery-report', 'installation/health'];
  const refusedAsMember = async (page) => {
    for (const path of adminOnly) assert.equal(await refused(w, page, 'GET', `/${path}`), 'account.role', path);
    assert.equal(await refused(w, page, 'PATCH', `/channels/${bakery.id}`, { display_name: 'Mine' }), 'account.role');
    assert.equal(await refused(w, page, 'PUT', `/channels/${bakery.id}/access`, { all_staff: 'supervisor', all_teams: 'none', staff: [], teams: [] }), 'account.role');
    assert.equal(await refused(w, page, 'POST', '/events/replay', {}), 'account.role');
  };

  test('two channels, a task on each', async () => {
    const admin = await w.enter();
    const { id, token } = await w.sim.call('pages', { name: 'Bakery' });
    bakery = await w.call(admin, 'POST', '/channels', { kind: 'facebook', external_id: id, access_token: token });
    const ofShop = await w.taskOf(admin, w.people.Anna, 'Is my sofa on its way?');
    await w.sim.write(id, w.people['Tomás'], 'Two rolls, please');
    const ofBakery = await until('the task of the bakery', async () => (await w.call(admin, 'GET', '/tasks')).items.find((x) => x.snippet === 'Two rolls, please'));
    tasks = { ofShop, ofBakery };
  });

  test('a viewer reads, notes and sorts, and does nothing else', async () => {
    const admin = await w.enter();
    const shop = (await w.call(admin, 'GET', '/channels')).items.find((c) => c.id !== bakery.id);
    await setRole(admin, shop.id, 'viewer');
    const page = await w.enter(ben);
    const path = `/tasks/${tasks.ofShop.id}`;
    const { id: mine } = await me(page);
    const other = (await w.call(admin, 'GET', '/me')).id;
    for (const change of [{ title: 'Mine' }, { priority: 'high' }, { due_at: '2030-01-01T00:00:00Z' }, { unread: true }, { description: 'x' }]) {
      assert.equal(await refused(w, page, 'PATCH', path, change), 'access.read_only', JSON.stringify(change));
    }
    // It fell to whoever connected the channel: they cannot be taken off it, nor another be put in their place.
    for (const list of [[], [mine], [other, (await w.call(admin, 'POST', '/staff', { email: 'cleo@work.example', name: 'Cleo', password: 'wide green tricycle' })).id]]) {
      assert.equal(await refused(w, page, 'PATCH', path, { assignee_ids: list }), 'access.others', `${list}`);
    }
    assert.equal(await refused(w, page, 'POST', `${path}/comments`, { text: 'Hi', visibility: 'public' }), 'access.read_only');
    assert.equal(await refused(w, page, 'POST', `${path}/merge`, { into_id: tasks.ofBakery.id }), 'access.read_only');
    await w.call(page, 'PATCH', path, { tags: ['late'], participant_ids: [mine] });
    await refusedAsMember(page);

    await page.goto(path);
    await page.getByText('You may read here, not answer', { exact: false }).waitFor();
    assert.equal(await page.getByRole('radio', { name: 'Answer' }).count(), 0);
    assert.equal(await page.getByRole('button', { name: 'Assign to me' }).count(), 0);
    assert.ok(await page.getByRole('combobox', { name: 'Priority' }).isDisabled());
    assert.ok(await page.getByRole('button', { name: /^Assigned to/ }).first().isDisabled());
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Remind me …' }).waitFor();
    assert.equal(await page.getByRole('menuitem', { name: /Merge|Split|Snooze/ }).count(), 0);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Status: / }).first().click();
    await page.getByRole('menuitemradio', { name: 'Resolved' }).waitFor();
    assert.ok(await page.getByRole('menuitemradio', { name: 'New', exact: true }).isDisabled(), 'back to new it comes by the contact');
    await page.keyboard.press('Escape');
    await page.keyboard.press('m');
    await page.keyboard.press('z');
    assert.equal(await dialog(page).count(), 0, 'no key does what no button does');
    assert.equal(await page.getByRole('link', { name: 'Reports' }).count(), 0);
    await page.goto('/reports');
    await page.getByText('Only who supervises a channel sees its reports').waitFor();
    await checkAccessibility(page, 'no reports');
    assert.equal((await w.call(page, 'GET', '/reports')).total.created, 0);
  });

  test('a contributor works the tasks, and sees no report', async () => {
    const admin = await w.enter();
    const shop = (await w.call(admin, 'GET', '/channels')).items.find((c) => c.id !== bakery.id);
    await setRole(admin, shop.id, 'contributor');
    const page = await w.enter(ben);
    const path = `/tasks/${tasks.ofShop.id}`;
    await page.goto(path);
    await page.getByRole('radio', { name: 'Answer' }).waitFor({ state: 'attached' });
    assert.ok(await page.getByRole('combobox', { name: 'Priority' }).isEnabled());
    await w.call(page, 'PATCH', path, { priority: 'high', assignee_ids: [(await me(page)).id] });
    await w.call(page, 'POST', `${path}/comments`, { text: 'It comes on Monday.', visibility: 'public' });
    await refusedAsMember(page);
    assert.equal(await page.getByRole('link', { name: 'Reports' }).count(), 0);
    await page.goto(`/reports?channel=${shop.id}`);
    await page.getByText('Only who supervises a channel sees its reports').waitFor();
    assert.equal((await w.call(page, 'GET', `/reports?channel_id=${shop.id}`)).total.created, 0);
  });

  test('a supervisor sees the reports of their channel, and of no other', async () => {
    const admin = await w.enter();
    const shop = (await w.call(admin, 'GET', '/channels')).items.find((c) => c.id !== bakery.id);
    const page = await w.enter(ben);
    await page.goto('/tasks');
    await page.getByText('Two rolls, please').first().waitFor();
    await setRole(admin, shop.id, 'supervisor');
    await page.getByRole('link', { name: 'Reports' }).click(); // it came while they looked
    await page.getByRole('row', { name: new RegExp(shop.name) }).first().waitFor();
    await checkAccessibility(page, 'a supervisor’s report');
    assert.equal(await page.getByText('Bakery').count(), 0, 'not even the name stands there to be chosen');
    const report = await w.call(page, 'GET', '/reports?by=channel');
    assert.deepEqual(report.groups.map((g) => g.id), [shop.id]);
    assert.equal((await w.call(page, 'GET', `/reports?channel_id=${bakery.id}`)).total.created, 0);
    const table = await page.request.get(`${w.url}/api/v1/reports.csv?by=channel`);
    assert.doesNotMatch(await table.text(), /Bakery/);
    await page.goto(`/reports?channel=${bakery.id}`);
    await page.getByText('Only who supervises a channel sees its reports').waitFor();
    for (const address of ['access', 'audit', 'events', 'deliveries', 'health']) {
      await page.goto(`/settings/${address}`);
      await page.getByText(/Only admins see this|is decided by admins/).first().waitFor();
    }
    await refusedAsMember(page);
    await page.goto(`/tasks/${tasks.ofBakery.id}`);
    await page.getByRole('radio', { name: 'Answer' }).waitFor({ state: 'attached' });

    await setRole(admin, bakery.id, 'none');
    await page.getByText('There is no such task').first().waitFor();
    page.excuse(/status of 404/); // that it is gone is an answer
    await page.goto('/reports');
    await page.getByRole('row', { name: new RegExp(shop.name) }).first().waitFor();
    await setRole(admin, shop.id, 'contributor');
    await page.getByText('Only who supervises a channel sees its reports').waitFor();
  });
});

describe('auf Deutsch', () => {
  const w = sandboxFor('de');

  test('heißen die Rollen wie auf der Seite', async () => {
    const admin = await w.enter(w, { locale: 'de-DE' });
    await admin.goto('/settings/access');
    await row(admin, /Alle Mitarbeitenden/).getByRole('button', { name: /Mitwirken/ }).click();
    await dialog(admin).getByRole('radio', { name: /Mitlesen/ }).check();
    await dialog(admin).getByRole('button', { name: 'Speichern' }).click();
    await dialog(admin).waitFor({ state: 'detached' });
    await row(admin, 'Ben Okafor').getByText('Mitlesen', { exact: true }).waitFor();
  });
});

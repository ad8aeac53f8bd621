// Work on one task, in a real browser: two people in one task, snoozing, merging and splitting, what delivery does when it
// fails and when the reply window closes, the side panel. Any error on the page fails the test in which it happens.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ben, checkAccessibility, fits, sandboxFor, until } from './support.mjs';

const log = (page) => page.getByRole('log');
const field = (page) => page.locator('form textarea');
const state = (page, name) => page.locator(`button[data-state=${name}]`);
const details = (page) => page.getByRole('complementary', { name: /Details/ });

async function open(page, task, text) {
  await page.goto(`/tasks/${task.id}`);
  await log(page).getByText(text).first().waitFor();
}

async function press(page, key) {
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press(key);
}

describe('two people in one task', () => {
  const w = sandboxFor();

  test('see each other, who writes, and an answer that comes while one writes', async () => {
    const one = await w.enter();
    const task = await w.taskOf(one, w.people.Anna, 'Is my order 4711 on its way?');
    await open(one, task, '4711');
    const two = await w.enter(ben);
    await open(two, task, '4711');
    await one.getByText('Ben Okafor has this task open too').waitFor({ state: 'attached' });
    await two.getByText('Olivia Owner has this task open too').waitFor({ state: 'attached' });

    // The task is Olivia's: Ben begins with a note.
    await two.getByRole('radio', { name: 'Internal note' }).and(two.locator(':checked')).waitFor({ state: 'attached' });
    await press(two, 'r');
    await two.keyboard.type('It left us ');
    await one.getByText('Ben Okafor is writing an answer').waitFor();
    await press(one, 'r');
    await one.keyboard.type('It is on its way');
    await two.keyboard.press('Control+Enter');
    await one.getByText(/Ben Okafor has just answered/).waitFor();
    await one.getByText('Ben Okafor is writing an answer').waitFor({ state: 'detached' });
    await checkAccessibility(one, 'collision');

    await one.keyboard.press('Control+Enter');
    await one.getByText('Is your answer still right?').waitFor();
    assert.equal(await field(one).inputValue(), 'It is on its way', 'nothing was sent');
    await one.keyboard.press('Control+Enter');
    await log(one).getByText('It is on its way').waitFor();
    await one.getByText(/has just answered/).waitFor({ state: 'detached' });

    await two.goto('/channels');
    await one.getByText('Ben Okafor has this task open too').waitFor({ state: 'detached' });
  });

  test('a mention has a colleague follow and tells them', async () => {
    const one = await w.enter();
    const two = await w.enter(ben);
    const task = await w.taskOf(one, w.people['Tomás'], 'Do you have oat milk?');
    await open(one, task, 'oat milk');
    await press(one, 'n');
    await one.keyboard.type('Please look, @be');
    await one.getByRole('list', { name: 'Mention a colleague' }).getByText('Ben Okafor').waitFor();
    await one.keyboard.press('Enter');
    assert.equal(await field(one).inputValue(), 'Please look, @Ben Okafor ');
    await one.keyboard.press('Control+Enter');
    await details(one).getByText('Ben Okafor').waitFor();
    const told = two.getByRole('button', { name: /Notifications.*1 unread/ });
    await told.waitFor();
    await two.getByText(`Olivia Owner mentions you in #${task.number}`).waitFor();
    await told.click();
    await two.getByRole('menuitem', { name: /mentions you/ }).click();
    await log(two).getByText('@Ben Okafor').waitFor();
    await told.waitFor({ state: 'detached' });
  });
});

describe('a task', () => {
  const w = sandboxFor();

  test('is put away, and comes back at its time or when the contact writes', async () => {
    const page = await w.enter();
    const task = await w.taskOf(page, w.people.Anna, 'Call me on Friday');
    await open(page, task, 'Friday');
    const row = page.locator(`#task-${task.id}`);
    await row.waitFor();
    await press(page, 'z');
    await page.getByRole('dialog').getByRole('button', { name: /Tomorrow/ }).click();
    await checkAccessibility(page, 'snooze');
    await page.getByRole('dialog').getByRole('button', { name: 'Snooze' }).click();
    await row.waitFor({ state: 'detached' });
    await page.locator('header').getByText(/^until /).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await row.waitFor();

    await press(page, 'z');
    await page.getByRole('dialog').getByRole('button', { name: /Tomorrow/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Snooze' }).click();
    await row.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /^Snoozed/ }).click();
    await row.waitFor();
    await checkAccessibility(page, 'snoozed tasks');
    await w.sim.write(w.shop, w.people.Anna, 'Or rather today');
    await row.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /^New\b/ }).click();
    await row.click();
    await log(page).getByText('Or rather today').waitFor();

    await press(page, 'z');
    await page.getByRole('dialog').getByRole('button', { name: /Tomorrow/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Snooze' }).click();
    await row.waitFor({ state: 'detached' });
    await w.sim.call('advance', { by: '40h' });
    await row.waitFor();
    await log(page).getByText(/snoozed it until/).first().waitFor();
  });

  test('reminds whoever wants it', async () => {
    const page = await w.enter();
    const task = await w.taskOf(page, w.people['Ольга'], 'Is the cake gluten-free?');
    await open(page, task, 'gluten');
    await press(page, 'h');
    await page.getByRole('dialog').getByRole('button', { name: /Next week/ }).click();
    await page.getByRole('dialog').getByLabel('Note to yourself').fill('Ask the baker');
    await checkAccessibility(page, 'remind');
    await page.getByRole('dialog').getByRole('button', { name: 'Remind me' }).click();
    await details(page).getByText('Ask the baker').waitFor();
    await page.goto('/channels');
    await w.sim.call('advance', { by: '200h' });
    await page.getByRole('button', { name: /Notifications.*1 unread/ }).waitFor();
    await page.getByText(`Reminder: #${task.number}`).waitFor();
    await page.getByRole('button', { name: 'Open' }).click();
    await log(page).getByText('gluten').waitFor();
    await details(page).getByText('Ask the baker').waitFor({ state: 'detached' });
  });

  test('goes into another and comes back', async () => {
    const page = await w.enter();
    const first = await w.taskOf(page, w.people.Anna, 'About my parcel');
    const second = await w.taskOf(page, w.people['Tomás'], 'The parcel of my wife');
    await open(page, second, 'my wife');
    const merge = async (what) => {
      await press(page, 'm');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Number, title or contact').fill(`#${first.number}`);
      await dialog.getByText(first.title).click();
      await checkAccessibility(page, what);
      await dialog.getByRole('button', { name: `Merge #${second.number} into #${first.number}` }).click();
      await page.waitForURL(new RegExp(first.id));
      await log(page).getByText('my wife').waitFor();
    };
    await merge('merge');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.waitForURL(new RegExp(second.id));
    await log(page).getByText('my wife').waitFor();
    await merge('merge again');
    await log(page).getByText(`merged task #${second.number} into this one`).waitFor();
    await page.locator(`#task-${second.id}`).waitFor({ state: 'detached' });

    // Its own address leads there, and back.
    await page.goto(`/tasks/${second.id}`);
    await page.getByRole('link', { name: `Go to #${first.number}` }).waitFor();
    await checkAccessibility(page, 'merged');
    await page.getByRole('button', { name: 'Take the merge back' }).click();
    await log(page).getByText('my wife').waitFor();
    await page.locator(`#task-${second.id}`).waitFor();
    await open(page, first, 'About my parcel');
    assert.equal(await log(page).getByText('my wife').count(), 0);
  });

  test('is split', async () => {
    const page = await w.enter();
    const task = await w.taskOf(page, w.people.Anna, 'And something else: do you cater?');
    await open(page, task, 'do you cater');
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Split off comments …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('group', { name: 'Comments for the new task' }).getByText('do you cater').click();
    await dialog.getByLabel('Title of the new task').fill('Catering');
    await checkAccessibility(page, 'split');
    await dialog.getByRole('button', { name: 'Split off 1 comment' }).click();
    await page.getByRole('heading', { name: /Catering/ }).waitFor();
    await log(page).getByText('do you cater').waitFor();
    await log(page).getByText(`split this task off #${task.number}`).waitFor();
  });

  test('is described in its side panel', async () => {
    const page = await w.enter();
    const task = await w.taskOf(page, w.people['Ольга'], 'Do you ship to Norway?');
    await open(page, task, 'Norway');
    const panel = details(page);
    await panel.getByRole('button', { name: 'Add tag' }).click();
    await page.getByRole('textbox', { name: 'Find or create' }).fill('shipping');
    await page.getByRole('option', { name: /Create “shipping”/ }).click();
    await page.keyboard.press('Escape');
    await panel.getByRole('button', { name: 'Remove the tag shipping' }).waitFor();
    await panel.getByRole('button', { name: /^Topic/ }).click();
    await page.getByRole('textbox', { name: 'Find or create' }).fill('Orders');
    await page.getByRole('option', { name: /Create “Orders”/ }).click();
    await panel.getByRole('combobox', { name: 'Priority' }).selectOption('urgent');
    await panel.getByRole('button', { name: 'Follow', exact: true }).click();
    await panel.getByRole('button', { name: 'Unfollow' }).waitFor();
    await panel.getByLabel('Order number').fill('A-4711');
    await panel.getByLabel('Order number').press('Enter');
    await panel.getByRole('button', { name: /^Due/ }).click();
    await panel.getByLabel('Due').fill('2020-01-01T10:00');
    await panel.getByLabel('Due').press('Enter');
    await panel.getByText('Overdue').waitFor();
    await panel.getByText('Why is this task like this?').click();
    await panel.getByText(/template/i).first().waitFor();
    await checkAccessibility(page, 'side panel');
    const saved = await until('all of it is saved', async () => {
      const x = await w.call(page, 'GET', `/tasks/${task.id}`);
      return x.due_at && x.fields.order_number === 'A-4711' ? x : null;
    });
    assert.deepEqual([saved.tags, saved.topic, saved.priority, saved.participants.length], [['shipping'], 'Orders', 'urgent', 1]);
    const tags = await w.call(page, 'GET', '/tags');
    assert.deepEqual(tags.items.find((x) => x.name === 'shipping'), { name: 'shipping', color: '', uses: 1 });
  });

  test('that is offered to a team is had by the first to accept', async () => {
    const page = await w.enter();
    const me = await w.call(page, 'GET', '/me');
    const staff = await w.call(page, 'GET', '/staff');
    const both = [me.id, staff.items.find((s) => s.name === ben.name).id];
    const team = await w.call(page, 'POST', '/teams', { name: 'Baristas', member_ids: both });
    const before = (await w.call(page, 'GET', '/tasks')).items.find((x) => x.snippet === 'Do you ship to Norway?');
    await w.call(page, 'PATCH', `/tasks/${before.id}`, { status: 'resolved' });
    const id = before.template_id;
    const { defaults } = await w.call(page, 'GET', `/object-templates/${id}`);
    const offered = { ...defaults, assignees: [{ kind: 'team', id: team.id }], assignee_mode: 'first_to_accept' };
    await w.call(page, 'PATCH', `/object-templates/${id}`, { defaults: offered });
    const task = await w.taskOf(page, w.people['Ольга'], 'Anybody there?');
    const other = await w.enter(ben);
    await open(page, task, 'Anybody there');
    await open(other, task, 'Anybody there');
    await page.locator('header').getByRole('button', { name: 'Accept' }).waitFor();
    await other.locator('header').getByRole('button', { name: 'Accept' }).click();
    await page.locator('header').getByRole('button', { name: 'Accept' }).waitFor({ state: 'detached' });
    await details(page).getByText('Ben Okafor').first().waitFor();
  });

  test('shows its pictures as large as the screen', async () => {
    const page = await w.enter();
    const task = await w.taskOf(page, w.people.Anna, 'Look', { attachments: [{ type: 'image' }, { type: 'image' }] });
    await page.goto(`/tasks/${task.id}`);
    await page.locator('article button:has(img)').last().click();
    await page.getByText('2 of 2').waitFor();
    await checkAccessibility(page, 'picture');
    await page.keyboard.press('ArrowLeft');
    await page.getByText('1 of 2').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('1 of 2').waitFor({ state: 'detached' });
  });

  test('fits a phone', async () => {
    const page = await w.enter(w, { viewport: { width: 375, height: 812 } });
    const task = (await w.call(page, 'GET', '/tasks')).items[0];
    await page.goto(`/tasks/${task.id}`);
    await log(page).locator('article').first().waitFor();
    await fits(page, 'the task');
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: /Another time/ }).click();
    await page.getByRole('dialog').waitFor();
    await fits(page, 'the times');
    await checkAccessibility(page, 'a task on a phone');
    await page.keyboard.press('Escape');
    await page.goto('/design');
    await page.getByRole('heading', { name: 'Design' }).waitFor();
    await fits(page, 'the design');
  });

  test('is made of parts that are shown on a page', async () => {
    const page = await w.enter();
    await page.goto('/design');
    await page.getByRole('heading', { name: 'States of a delivery' }).waitFor();
    await checkAccessibility(page, 'design');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
    await checkAccessibility(page, 'design in the dark');
  });
});

describe('an answer', () => {
  const w = sandboxFor();

  test('that fails says why, and goes when it is tried again', async () => {
    const page = await w.enter();
    const task = await w.taskOf(page, w.people.Anna, 'Where is my parcel?');
    await open(page, task, 'parcel');
    await w.sim.call('faults', { call: 'send', answer: 'error', error: '10/2018278' });
    await press(page, 'r');
    await field(page).fill('On its way.');
    await page.keyboard.press('Control+Enter');
    await state(page, 'failed').waitFor();
    await checkAccessibility(page, 'a failed answer');
    await page.getByRole('button', { name: 'Send again' }).first().click();
    await state(page, 'delivered').waitFor();
    const sent = await w.sim.call(`ledger?page=${w.shop}&text=${encodeURIComponent('On its way.')}`);
    assert.equal(sent.length, 1);
  });

  test('goes as a person’s when the window has closed, and not at all a week later', async () => {
    const page = await w.enter();
    const task = await w.taskOf(page, w.people['Tomás'], 'Hola!');
    await open(page, task, 'Hola');
    await page.getByText(/You may write until/).waitFor();
    await w.sim.call('advance', { by: '30h' });
    await page.reload();
    await page.getByText(/Only you in person may still answer/).waitFor();
    await press(page, 'r');
    await field(page).fill('Sorry for the wait.');
    await page.keyboard.press('Control+Enter');
    await state(page, 'delivered').waitFor();
    await state(page, 'delivered').click();
    await page.getByRole('dialog').getByText('HUMAN_AGENT').waitFor();
    await page.keyboard.press('Escape');
    await w.sim.call('advance', { by: '170h' });
    await page.reload();
    await log(page).getByText('Sorry for the wait.').waitFor();
    await press(page, 'r');
    await field(page).fill('Too late.');
    await until('the answer is not allowed', () => page.getByRole('button', { name: 'Send', exact: true }).isDisabled());
  });
});

describe('auf Deutsch', () => {
  const w = sandboxFor('de');

  test('ist alles zu lesen', async () => {
    const page = await w.enter(w, { locale: 'de-DE' });
    const task = await w.taskOf(page, w.people.Anna, 'Ist meine Bestellung unterwegs?');
    await open(page, task, 'Bestellung');
    await page.getByRole('button', { name: 'Mehr' }).click();
    await page.getByRole('menuitem', { name: /^Morgen/ }).click();
    await page.getByText(/^Zurückgestellt bis/).waitFor();
    await page.getByText(/hat sie zurückgestellt bis/).waitFor();
    await page.getByRole('complementary').getByText('Priorität').waitFor();
    await checkAccessibility(page, 'auf Deutsch');
  });
});

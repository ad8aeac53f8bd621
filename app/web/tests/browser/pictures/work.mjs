// The pictures of a day's work.
import { startSandbox } from '../../../scripts/kontor.mjs';
import { openPage, Phone, signIn, until } from '../support.mjs';

const words = {
  en: {
    order: 'Hello, is my order 4711 on its way? I ordered two bags of the Ethiopian roast last Thursday.',
    sunday: 'And do you open on Sundays?',
    december: 'And do you open on Sundays in December?',
    before: ['Hi! Do you still have the Guatemala?', 'Great, I will come by then.'],
    inbox: 'Yes, we have plenty of it.',
    answer: 'Good morning Anna, it left us this morning. You can follow it at https://parcel.example/4711.',
    note: 'She is a regular. Give her the 10 % if the parcel is late.',
    yes: 'Yes, from nine to five.',
    lost: 'We will hold a table for you.',
    milk: 'Hola! Do you have oat milk?',
    cake: 'Is the cake gluten-free?',
  },
  de: {
    order: 'Guten Tag, ist meine Bestellung 4711 schon unterwegs? Ich hatte am Donnerstag zwei Tüten der äthiopischen Röstung bestellt.',
    sunday: 'Und haben Sie sonntags offen?',
    december: 'Und haben Sie im Dezember sonntags offen?',
    before: ['Hallo! Haben Sie noch den Guatemala?', 'Prima, dann komme ich vorbei.'],
    inbox: 'Ja, davon ist noch reichlich da.',
    answer: 'Guten Morgen Anna, sie ist heute früh hinausgegangen. Hier sehen Sie, wo sie ist: https://parcel.example/4711.',
    note: 'Stammkundin. Gib ihr die 10 %, wenn das Paket zu spät kommt.',
    yes: 'Ja, von neun bis fünf.',
    lost: 'Wir halten Ihnen einen Tisch frei.',
    milk: 'Hola! ¿Tienen leche de avena?',
    cake: 'Ist der Kuchen glutenfrei?',
  },
};

/** A day's work: the list, a conversation, its troubles, the dialogs. */
export async function shootAll({ browser, language, shooter }) {
  const sandbox = await startSandbox({ language });
  const w = words[language];
  try {
    const phone = new Phone(sandbox.phone);
    const { page: shop, people } = await phone.world();
    const page = await openPage(browser, sandbox.url, { locale: language === 'de' ? 'de-DE' : 'en-GB' });
    const shoot = shooter(page);

    await page.goto('/');
    await page.locator('input[name=email]').waitFor();
    await shoot('01-sign-in');
    await page.locator('input[name=email]').fill('nobody@example.com');
    await page.locator('input[name=password]').fill('wrong');
    await page.locator('button[type=submit]').click();
    await page.getByRole('alert').waitFor();
    await shoot('02-sign-in-refused');
    await signIn(page, sandbox);
    await page.locator('h2').first().waitFor();
    await shoot('03-empty');

    // Before the page is connected for good, Anna and the shop have written to each other elsewhere.
    await phone.write(shop, people.Anna, w.order);
    const sunday = await phone.write(shop, people.Anna, w.sunday);
    await phone.call('edit', { mid: sunday.mid, text: w.december });
    await phone.call('react', { mid: sunday.mid, emoji: '👍' });
    await phone.write(shop, people.Anna, '', { attachments: [{ type: 'image' }, { type: 'file' }] });
    await phone.write(shop, people['Tomás'], w.milk);
    const cake = await phone.write(shop, people['Ольга'], w.cake);
    await phone.call('flush', {});
    await page.getByText('4711').first().waitFor();
    await shoot('04-list');

    await page.getByText('4711').first().click();
    await page.locator('article img').last().waitFor();
    await page.keyboard.press('n');
    await page.keyboard.type(w.note);
    await shoot('05-note');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('log').getByText(w.note).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('r');
    await page.keyboard.type(w.answer);
    await page.keyboard.press('Control+Enter');
    await page.getByRole('log').getByText(w.answer.slice(0, 30)).waitFor();
    await shoot('06-undo', ['wide']);
    const state = (name) => page.locator(`button[data-state=${name}]`);
    await state('delivered').waitFor();

    await phone.call('faults', { call: 'send', answer: 'error', error: '10/2018278' });
    await page.keyboard.type(w.yes);
    await page.keyboard.press('Control+Enter');
    await state('failed').waitFor();
    await phone.call('unsend', { mid: cake.mid });
    await shoot('07-failed');
    await state('failed').click();
    await page.getByRole('dialog').waitFor();
    await shoot('08-delivery');
    await page.keyboard.press('Escape');
    await page.locator('h3 button').last().click().catch(() => {});
    await page.waitForTimeout(300);
    await shoot('09-why', ['wide']);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');

    await page.getByText(w.milk.slice(0, 10)).first().click();
    await page.getByRole('log').getByText(w.milk).waitFor();
    await phone.call('faults', { call: 'send', answer: 'hang' });
    await page.keyboard.press('r');
    await page.keyboard.type(w.lost);
    await page.keyboard.press('Control+Enter');
    await state('unconfirmed').waitFor({ timeout: 30_000 });
    await shoot('10-unconfirmed');

    await phone.call('advance', { by: '30h' });
    await phone.write(shop, people.Anna, w.before[0]); // any event brings the new time to the screen
    await page.waitForTimeout(1000);
    await page.goto('/tasks');
    await page.getByText(w.cake.slice(0, 6)).or(page.locator('a[id^=task-]')).last().click();
    await page.getByRole('log').waitFor();
    await page.waitForTimeout(500);
    await shoot('11-human-agent');
    await phone.call('advance', { by: '170h' });
    await phone.write(shop, people.Anna, w.before[1]);
    await page.waitForTimeout(1000);
    await page.reload();
    await page.getByRole('log').waitFor();
    await page.waitForTimeout(500);
    await shoot('12-window-closed');

    const post = await phone.call('posts', { page: shop, text: w.cake });
    await phone.call('comment', { post: post.id, person: people.Anna, text: w.milk });
    await page.goto('/tasks');
    await page.locator('a[id^=task-]').first().waitFor();
    await until('the comment is a task', async () => (await page.locator('a[id^=task-]').first().innerText()).includes(w.milk.slice(0, 8)) || (await page.waitForTimeout(200)));
    await page.locator('a[id^=task-]').first().click();
    await page.getByRole('log').getByText(w.milk).waitFor();
    await page.waitForTimeout(400);
    await shoot('12b-post');
    await page.getByRole('log').getByText(w.milk).hover();
    await page.getByRole('log').locator('button[aria-haspopup=menu]').first().click();
    await page.getByRole('menu').waitFor();
    await shoot('12c-moderate', ['wide']);
    await page.keyboard.press('Escape');

    for (const [key, name] of [['z', '20-snooze'], ['h', '21-remind'], ['m', '22-merge']]) {
      await page.evaluate(() => document.activeElement?.blur());
      await page.keyboard.press(key);
      await page.getByRole('dialog').waitFor();
      await page.waitForTimeout(500);
      await shoot(name, ['wide', 'narrow']);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.goto('/tasks?queue=snoozed');
    await page.locator('h2').first().waitFor();
    await shoot('23-nothing-snoozed', ['wide', 'narrow']);
    await page.goto('/design');
    await page.locator('h1').waitFor();
    await shoot('24-design');

    await page.goto('/tasks?queue=resolved');
    await page.locator('h2').first().waitFor();
    await shoot('16-nothing-resolved', ['wide', 'narrow']);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await shoot('17-shortcuts');
    await page.keyboard.press('Escape');
    await page.locator('nav button[aria-haspopup=menu]').last().click();
    await page.getByRole('menu').waitFor();
    await shoot('18-your-menu', ['wide']);
    await page.goto('/nothing/here');
    await shoot('19-not-found', ['wide']);
    if (page.troubles.length > 0) console.log(language, page.troubles);
  } finally {
    await sandbox.stop();
  }
}

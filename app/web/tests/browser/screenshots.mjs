// npm run screenshots: pictures every screen, light and dark, wide and narrow, in English and German, into /screenshots.
// They are for looking at: a change of a screen is not done before its pictures were. `npm run screenshots -- work 07` takes
// those of one file in pictures/ whose name has 07 in it.
//
// A file there exports shootAll({ browser, language, shooter }), which starts what it needs and ends it. shooter(page) is the
// camera: camera(name, sizes).
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser } from './support.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, '../../../../screenshots');
const [onlyFile, onlyName] = process.argv.slice(2);

const sizes = { wide: { width: 1440, height: 900 }, laptop: { width: 1180, height: 760 }, narrow: { width: 375, height: 812 } };

/** The camera of a file and a language. */
function shooterOf(file, language) {
  return (page) => async (name, which = Object.keys(sizes)) => {
    if (onlyName && !name.includes(onlyName)) return;
    for (const size of which) {
      await page.setViewportSize(sizes[size]);
      for (const scheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
        // A page that stands by itself, as that of a link to a file, has no scheme to wait for.
        if ((await page.locator('html[data-mantine-color-scheme]').count()) > 0) await page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor();
        await page.waitForTimeout(400); // with what comes after the first screen
        await page.screenshot({ path: join(folder, file, `${name}-${size}-${scheme}-${language}.png`) });
      }
    }
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.setViewportSize(sizes.wide);
    await page.waitForTimeout(100);
  };
}

const files = readdirSync(join(here, 'pictures')).map((name) => name.replace(/\.mjs$/, ''));
const browser = await openBrowser();
try {
  for (const file of files.filter((f) => !onlyFile || f === onlyFile)) {
    if (!onlyName) rmSync(join(folder, file), { recursive: true, force: true });
    mkdirSync(join(folder, file), { recursive: true });
    const { shootAll } = await import(`./pictures/${file}.mjs`);
    for (const language of ['en', 'de']) await shootAll({ browser, language, shooter: shooterOf(file, language) });
  }
} finally {
  await browser.close();
}
console.log(`The pictures are in ${folder}`);

// make tour: shrinks the pictures of tests/browser/pictures/tour.mjs into docs/tour, which README.md shows. Needs
// ImageMagick's `convert`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const tour = join(root, 'docs/tour');
const most = 60_000; // bytes of a picture: README.md is to open at once everywhere

/** The tour's pictures: what each was called by the camera, and how wide it is shown. */
const pictures = {
  conversation: ['conversation-laptop-light', 800],
  why: ['why-wide-light', 800],
  duplicates: ['duplicates-laptop-light', 800],
  channel: ['channel-laptop-light', 800],
  reports: ['reports-laptop-light', 800],
  phone: ['conversation-narrow-dark', 375],
};

mkdirSync(tour, { recursive: true });
for (const [name, [from, width]] of Object.entries(pictures)) {
  const to = join(tour, `${name}.webp`);
  const made = spawnSync('convert', [join(root, 'screenshots/tour', `${from}-en.png`), '-resize', `${width}x`, '-strip', '-quality', '82', to], { stdio: 'inherit' });
  if (made.status !== 0) throw new Error(`${from} could not be shrunk`);
  const { size } = statSync(to);
  if (size > most) throw new Error(`${name} has ${size} bytes, which is too much`);
  console.log(`${name}.webp: ${Math.round(size / 1000)} kB`);
}

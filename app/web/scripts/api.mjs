// npm run api: makes src/api/schema.d.ts from the OpenAPI document of this tree's program.
// npm run api:check: tells whether it is up to date, without changing it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { document as readDocument, fingerprint, fingerprintOf } from './document.mjs';
import { startSandbox } from './kontor.mjs';

const web = join(dirname(fileURLToPath(import.meta.url)), '..');
const generator = join(web, 'generator');
const target = join(web, 'src/api/schema.d.ts');

function run(command, args) {
  const done = spawnSync(command, args, { cwd: generator, stdio: ['ignore', 'ignore', 'inherit'] });
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
}

function generate(document) {
  if (!existsSync(join(generator, 'node_modules'))) run('npm', ['ci']);
  const folder = mkdtempSync(join(tmpdir(), 'kontor-api-'));
  try {
    const [from, to] = [join(folder, 'openapi.json'), join(folder, 'schema.d.ts')];
    writeFileSync(from, JSON.stringify(document));
    // A body's key with a default may be left out; without the flag the generator would demand it.
    run('npx', ['openapi-typescript', from, '-o', to, '--default-non-nullable=false']);
    return readFileSync(to, 'utf8').replace('/**\n', `/**\n * @fingerprint ${fingerprint(document)}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const sandbox = await startSandbox();
try {
  const document = await readDocument(sandbox.url);
  const made = fingerprintOf(existsSync(target) ? readFileSync(target, 'utf8') : '');
  if (process.argv.includes('--check')) {
    if (made !== fingerprint(document)) {
      console.error('src/api/schema.d.ts is not made from the present API: run "npm run api".');
      process.exitCode = 1;
    }
  } else if (made !== fingerprint(document) || process.argv.includes('--force')) {
    writeFileSync(target, generate(document));
    console.log('src/api/schema.d.ts was made anew.');
  } else {
    console.log('src/api/schema.d.ts is up to date.');
  }
} finally {
  await sandbox.stop();
}

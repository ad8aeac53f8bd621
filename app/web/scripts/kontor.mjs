// Starts `kontor sandbox` on free ports, for whatever needs the real program: the generator of the client, the browser
// tests, the screenshots. KONTOR_BINARY names a built one; without it the program is built from this tree.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const patience = 120_000;

function build(folder) {
  if (process.env.KONTOR_BINARY) return process.env.KONTOR_BINARY;
  const binary = join(folder, 'kontor');
  const made = spawnSync('go', ['build', '-o', binary, './app/cmd/kontor'], { cwd: root, stdio: 'inherit' });
  if (made.status !== 0) throw new Error('kontor could not be built');
  return binary;
}

/** Starts a server of an installation without accounts; returns where it is, what it says, and how to stop it. */
export async function startServer(environ = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'kontor-web-'));
  const child = spawn(build(folder), ['serve'], {
    env: { ...process.env, KONTOR_LISTEN: '127.0.0.1:0', KONTOR_DATA_DIR: join(folder, 'data'), KONTOR_LOG_FORMAT: 'json', ...environ },
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  let said = '';
  try {
    const url = await new Promise((resolve, reject) => {
      const tooLate = setTimeout(() => reject(new Error('the server did not start')), patience);
      child.stderr.on('data', (text) => {
        said += text;
        const found = said.match(/"msg":"listening","address":"(127\.0\.0\.1:\d+)"/);
        if (found) {
          clearTimeout(tooLate);
          resolve(`http://${found[1]}`);
        }
      });
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
    return { url, stop, log: () => said };
  } catch (err) {
    await stop();
    throw new Error(`${err.message}\n${said}`, { cause: err });
  }
}

/** Starts a sandbox; returns where it and its phone are, who may sign in, and how to stop it. */
export async function startSandbox({ language = 'en' } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'kontor-web-'));
  const child = spawn(build(folder), ['sandbox', '--phone-listen', '127.0.0.1:0', '--language', language], {
    env: { ...process.env, KONTOR_LISTEN: '127.0.0.1:0', KONTOR_DATA_DIR: join(folder, 'data') },
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  let said = '';
  try {
    const found = await new Promise((resolve, reject) => {
      const tooLate = setTimeout(() => reject(new Error('the sandbox did not start')), patience);
      const listen = (text) => {
        said += text;
        const urls = said.match(/http:\/\/127\.0\.0\.1:\d+/g);
        if (/Ctrl\+C/.test(said) && urls) {
          clearTimeout(tooLate);
          resolve({
            url: urls[0],
            phone: said.match(/(http:\/\/127\.0\.0\.1:\d+)\/phone\//)[1],
            email: said.match(/sign in as (\S+)/)[1],
            password: said.match(/password "([^"]+)"/)[1],
          });
        }
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', (text) => (said += text));
      child.once('exit', (code) => reject(new Error(`the sandbox ended with ${code}`)));
    });
    return { ...found, stop, log: () => said };
  } catch (err) {
    await stop();
    throw new Error(`${err.message}\n${said}`, { cause: err });
  }
}

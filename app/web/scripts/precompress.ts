import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const worth = /\.(js|css|svg|html|json|webmanifest)$/;

async function compress(file: string) {
  const text = readFileSync(file);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  const [gz, br] = await Promise.all([promisify(gzip)(text, { level: 9 }), promisify(brotliCompress)(text, quality)]);
  writeFileSync(`${file}.gz`, gz);
  writeFileSync(`${file}.br`, br);
}

/** Writes .br and .gz beside every file that gets smaller by it; the server only picks one. */
export function precompress(): Plugin {
  let folder = '';
  return {
    name: 'kontor-precompress',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      writeFileSync(join(folder, '.gitkeep'), '');
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((entry) => join(folder, entry));
      await Promise.all(files.filter((f) => worth.test(f) && statSync(f).size >= 1024).map(compress));
    },
  };
}

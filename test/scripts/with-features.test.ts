/** The image installs what every feature needs, in the versions that are tested, and no tool of development. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Package {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, '../..');
const read = (folder: string): Package => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package;

test('what only some features need is a plain dependency of the image, in the version that is tested', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fanfold-image-'));
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  execFileSync(process.execPath, [join(root, 'scripts/with-features.mjs')], { cwd: folder });
  const [before, after] = [read(root), read(folder)];
  expect(after.devDependencies).toBeUndefined();
  expect(Object.keys(after.dependencies)).toEqual(
    expect.arrayContaining([...Object.keys(before.dependencies), ...Object.keys(before.peerDependencies ?? {})]),
  );
  for (const name of ['pg', 'openai', 'fastify', '@libsql/client'])
    expect(after.dependencies[name], name).toBe(before.devDependencies?.[name]);
  expect(after.dependencies['vitest']).toBeUndefined();
});

test('the image is built by it', () => {
  expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toContain(
    'RUN node scripts/with-features.mjs && npm install --omit=dev',
  );
});

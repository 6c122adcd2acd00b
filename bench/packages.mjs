/** Installs a peer's packages into its own folder at first use; there is no lock, as its manifest has exact versions. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const installMs = 600_000;
const shownLines = 6;

/** @returns why they cannot be installed, or undefined once they are there */
export function install(folder) {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return undefined;
  const wanted = readFileSync(manifest, 'utf8');
  const stamp = join(folder, 'node_modules', '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return undefined;
  console.error(`Installing the packages of ${folder} (once) …`);
  const args = ['install', '--no-package-lock', '--no-audit', '--no-fund'];
  const { status, stderr, error } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', timeout: installMs });
  if (status !== 0) return `npm install failed: ${error?.message ?? lastLines(stderr)}`;
  writeFileSync(stamp, wanted);
  return undefined;
}

const lastLines = (text) => text.trim().split('\n').slice(-shownLines).join(' ');

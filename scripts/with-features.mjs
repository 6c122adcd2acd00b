#!/usr/bin/env node
/**
 * Makes every package that only some features need a plain dependency of the package.json here, in the version that is tested:
 * `node scripts/with-features.mjs && npm install --omit=dev` installs what the image runs, and no tool of development.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const file = 'package.json';
const { devDependencies, peerDependencies, dependencies, ...about } = JSON.parse(readFileSync(file, 'utf8'));
const features = Object.entries(peerDependencies).map(([name, range]) => [name, devDependencies[name] ?? range]);
const all = { ...dependencies, ...Object.fromEntries(features) };
writeFileSync(file, `${JSON.stringify({ ...about, dependencies: all }, undefined, 2)}\n`);

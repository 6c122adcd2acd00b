/** `docs/environment.md` has each variable that is read, and no other. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${root}docs/environment.md`, 'utf8');
const sources = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(`${root}src/${file}`, 'utf8'));
/** A name in quotes, as one is read by; of those that are made of parts, their beginning. */
const read = new Set(
  sources.flatMap((source) =>
    [...source.matchAll(/['`]((?:FANFOLD|OPENAI|DATABASE)_[A-Z_]*[A-Z]|[A-Z_]+_API_KEY)['`]/g)].map(([, name]) => name),
  ),
);
/** The name of a warning, and examples of `OPENAI_MODEL_<STEP>`. */
for (const name of ['FANFOLD_TWO_SDKS', 'OPENAI_MODEL_SYNTHESIS', 'OPENAI_MODEL_INTENT']) read.delete(name);

test('each variable that is read stands on the page', () => {
  expect(read.size).toBeGreaterThan(30);
  expect([...read].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('each variable of the page is read', () => {
  const told = [...page.matchAll(/^\|(.*?)\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`((?:FANFOLD|OPENAI|DATABASE)_[A-Z_]*[A-Z]|[A-Z_]+_API_KEY)`/g)].map(([, name]) => name),
  );
  expect(told.length).toBeGreaterThan(30);
  // Temporal's own are read by the SDK.
  const own = told.filter((name) => name !== 'TEMPORAL_API_KEY');
  expect(own.filter((name) => !read.has(name))).toEqual([]);
});

test('each step of the page is one that asks a model', () => {
  const [, row = ''] = /`OPENAI_MODEL_<STEP>`[^|]*\|([^|]*)\|/.exec(page) ?? [];
  const steps = [...row.matchAll(/`([A-Z]+)`/g)].map(([, step = '']) => step.toLowerCase());
  expect(steps.length).toBeGreaterThan(7);
  const asked = (step: string) =>
    sources.some((source) => new RegExp(`(?:name|step): '${step}'|environment, '${step}'`).test(source));
  expect(steps.filter((step) => !asked(step))).toEqual([]);
});

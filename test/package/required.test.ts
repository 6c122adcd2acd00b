/** Who gets the second build and imports it from an ES module sees the same names as of the first: `require` conditions lead there, too. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Entry {
  readonly import: { readonly default: string };
  readonly require: { readonly default: string };
}

const root = new URL('../../', import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  readonly exports: Readonly<Record<string, Entry | string>>;
};
const entries = Object.entries(exports).filter(
  (entry): entry is [string, Entry] => typeof entry[1] === 'object' && 'require' in entry[1],
);

test.each(entries)('%s names the same exports in both builds', async (_name, { import: first, require: second }) => {
  const names = async (path: string): Promise<string[]> => {
    const module = (await import(/* @vite-ignore */ new URL(path, root).href)) as object;
    return Object.keys(module).filter((name) => !['__esModule', 'default', 'module.exports'].includes(name));
  };
  const expected = await names(first.default);
  expect(expected.length).toBeGreaterThan(2);
  expect(new Set(await names(second.default))).toEqual(new Set(expected));
});

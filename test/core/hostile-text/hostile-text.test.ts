/**
 * No text blocks a thread: each reader of texts from outside is given the longest and worst that it can get, and its time
 * grows with a text's length and not faster.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { excused, readers, type Reader } from './readers.ts';
import { alphabetOf, bestOf, leastOf, repeated, slowness, units } from './texts.ts';

const source = fileURLToPath(new URL('../../../src/', import.meta.url));
/** Where texts from outside are read. */
const rooms =
  /^(?:core\/text\/|core\/(?:json|bounded)\.ts|core\/map\/item\.ts|agents\/[^/]+\/(?:pure|activities)\/|agents\/model\/|store\/pages\/|http\/nesting\.ts)/;
/** Whose first argument is a text, texts, bytes, anything, or the answer of a source, but for names of what is ours. */
const takesText =
  /^export (?:async )?function\*? (\w+)(?:<[^(]{0,200}>)?\(\s*(?!(?:home|root|folder|path|file|program|language|namespace)\b)(?:\w+\??|\{[^}]{0,200}\}): (?:readonly )?(?:string|unknown|Uint8Array|\w*Answer\b)/gm;

function readersInSource(): string[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll('\\', '/'));
  return files
    .filter((file) => file.endsWith('.ts') && rooms.test(file))
    .flatMap((file) =>
      [...readFileSync(source + file, 'utf8').matchAll(takesText)].map(([, name = '']) => `${file}#${name}`),
    );
}

async function loaded(place: string): Promise<(text: string) => unknown> {
  const [file = '', name = ''] = place.split('#');
  const module = (await import(/* @vite-ignore */ source + file)) as Record<string, (...args: never[]) => unknown>;
  const read = module[name];
  if (!read) throw new Error(`there is no ${place}`);
  return (given) => (readers[place] as Reader).call(given, read);
}

test('every reader of the rooms where texts from outside are read is entered', () => {
  const found = readersInSource();
  expect(found.length).toBeGreaterThan(100);
  expect(found.filter((place) => !(place in readers) && !(place in excused))).toEqual([]);
  const gone = [...Object.keys(readers), ...Object.keys(excused)].filter((place) => {
    const [file = '', name = ''] = place.split('#');
    return !new RegExp(`export (?:async )?function\\*? ${name}\\b`).test(readFileSync(source + file, 'utf8'));
  });
  expect(gone).toEqual([]);
});

const ends = ['', '\u0000x!'] as const;

describe.each(Object.entries(readers))('%s', (place, { longest, within }) => {
  test(`reads the worst text of ${longest} characters within ${within} ms`, async () => {
    const read = await loaded(place);
    const own = alphabetOf(readFileSync(source + (place.split('#')[0] ?? ''), 'utf8'));
    const slow: string[] = [];
    const scale = await slowness();
    for (const unit of new Set([...units, ...own]))
      for (const end of ends) {
        const text = repeated(unit, longest, '', end);
        if ((await bestOf(1, () => read(text))) <= within * scale) continue;
        const excess = async (): Promise<number> => (await bestOf(4, () => read(text))) / (within * (await slowness()));
        const least = await leastOf(excess, 1);
        if (least > 1) slow.push(`${JSON.stringify(unit)} … ${JSON.stringify(end)}: ${within * least} ms`);
      }
    expect(slow).toEqual([]);
  });

  test('takes time in proportion to the text', async () => {
    const read = await loaded(place);
    const own = [...alphabetOf(readFileSync(source + (place.split('#')[0] ?? ''), 'utf8')), ...units];
    const some = fc.array(fc.constantFrom(...own), { minLength: 1, maxLength: 4 }).map((all) => all.join(''));
    const end = fc.oneof(fc.constantFrom(...ends), fc.constantFrom(...own));
    await fc.assert(
      fc.asyncProperty(some, some, end, async (start, unit, last) => {
        const timeOf = (length: number, attempts: number) =>
          bestOf(attempts, () => read(repeated(unit, length, start, last)));
        const [one, four] = [longest / 4, longest];
        // Quick enough not to be measured.
        if ((await timeOf(four, 1)) < 8) return;
        const growth = async (): Promise<number> => (await timeOf(four, 5)) / Math.max(1, await timeOf(one, 5));
        // In proportion it is 4, with the square 16.
        expect(await leastOf(growth, 9)).toBeLessThan(9);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });
});

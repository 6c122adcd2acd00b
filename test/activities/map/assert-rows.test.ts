/** By how many of a file's rows it is decided that it is none of its format. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { assertRows } from '../../../src/activities/map/assert-rows.ts';
import { fileStore } from '../../../src/store/files.ts';
import { pagesOfBody } from '../../../src/store/pages/split-into-pages.ts';

const home = mkdtempSync(join(tmpdir(), 'fanfold-rows-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const store = fileStore(home);
let bodies = 0;

/** A file that begins with so many lines that are no JSON, and goes on with so many that are. */
async function check(comments: number, rows: number): Promise<void> {
  const lines = [...Array<string>(comments).fill('# a comment'), ...Array<string>(rows).fill('{"id":"a"}')];
  const options = { format: 'jsonl', name: 'rows.jsonl', lines: 0 } as const;
  const body = bodies++;
  const table = await pagesOfBody(store, Buffer.from(lines.join('\n')), options, (page) => `b${body}/${page}`);
  await assertRows(store, table, { kind: 'stored', key: 'rows.jsonl', format: 'jsonl' });
}

test.each([
  [12, 2000],
  [509, 1],
  [9, 1],
  [0, 1],
  [0, 0],
])('a file with %i lines of comments before %i rows is read', async (comments, rows) => {
  await check(comments, rows);
});

test.each([
  [1, 0, 1],
  [12, 0, 12],
  [510, 1, 510],
])(
  'one with %i lines of comments before %i rows is not, and it is said of how many rows',
  async (comments, rows, seen) => {
    await expect(check(comments, rows)).rejects.toMatchObject({
      type: 'SourceUnreadable',
      message: expect.stringContaining(`none of the ${seen} rows`),
      nonRetryable: true,
    });
  },
);

/** PDFs that are made to break their reader: each ends within limits of time and memory, and the next one is read. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { moduleBeside, runApart } from '../../../src/activities/index.ts';
import { bomb, empty, flate, onePage, pdf, root, shows, stream } from '../../support/pdf.ts';
import type { readSections } from '../../../src/agents/research/activities/documents/read.ts';

const reader = {
  module: moduleBeside(import.meta.url, '../../../src/agents/research/activities/documents/read.ts'),
  name: 'readSections',
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfold-pdf-'));
});

const read = async (name: string, bytes: Buffer) => {
  // No larger one is read at all.
  expect(bytes.length).toBeLessThan(2 * 1024 * 1024);
  await writeFile(join(folder, name), bytes);
  return runApart<typeof readSections>(reader, join(folder, name), { source: name, timeoutMs: 30_000 });
};

test('a document that unpacks into gigabytes is ended before it has taken a gigabyte', async () => {
  const before = process.memoryUsage.rss();
  let most = 0;
  const looking = setInterval(() => (most = Math.max(most, process.memoryUsage.rss() - before)), 20);
  try {
    await expect(read('bomb.pdf', bomb())).rejects.toMatchObject({
      type: 'ParsingOutOfMemory',
      message: expect.stringContaining('bomb.pdf cannot be read'),
      nonRetryable: true,
    });
  } finally {
    clearInterval(looking);
  }
  // What is there a moment before it is looked at again comes on top.
  expect(most / 1e6).toBeLessThan(1300);
}, 120_000);

test.each<[string, () => Buffer]>([
  [
    'lists within lists',
    () => pdf([`<</Type/Catalog/Pages 2 0 R/X ${'['.repeat(9e5)}${']'.repeat(9e5)}>>`, onePage, empty]),
  ],
  ['pages in a circle', () => pdf([root, '<</Type/Pages/Kids[2 0 R]/Count 1000000000>>'])],
  ['two billion pages that are not there', () => pdf([root, '<</Type/Pages/Kids[3 0 R]/Count 2000000000>>', empty])],
  ['a stream that is no stream', () => shows(stream(flate, Buffer.from('not compressed')))],
  ['an end after its head', () => Buffer.from('%PDF-1.7\n')],
])(
  '%s is a document that cannot be read, and never an empty one',
  async (_what, make) => {
    await expect(read('odd.pdf', make())).rejects.toMatchObject({ type: 'DocumentUnreadable', nonRetryable: true });
  },
  120_000,
);

test('a document that is one is read after all of them', async () => {
  const fine = shows(stream('', Buffer.from('BT /F 9 Tf 1 1 Td (good news) Tj ET')));
  expect((await read('fine.pdf', fine)).map(({ text }) => text).join()).toContain('good news');
});

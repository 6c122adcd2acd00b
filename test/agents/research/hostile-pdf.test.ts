/** PDFs that are made to break their reader: each ends within limits of time and memory, and the next one is read. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, deflateRawSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { moduleBeside, runApart } from '../../../src/activities/index.ts';
import type { readSections } from '../../../src/agents/research/activities/documents/read.ts';

const reader = {
  module: moduleBeside(import.meta.url, '../../../src/agents/research/activities/documents/read.ts'),
  name: 'readSections',
};

/** A document of these objects, the first of which is its root. */
function pdf(objects: readonly (string | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const places: number[] = [];
  let length = parts[0]?.length ?? 0;
  objects.forEach((object, index) => {
    const part = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')]);
    places.push(length);
    parts.push(part);
    length += part.length;
  });
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const head = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  return Buffer.concat([
    ...parts,
    Buffer.from(`${head}trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${length}\n%%EOF`),
  ]);
}

const stream = (entries: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`<<${entries}/Length ${body.length}>>stream\n`), body, Buffer.from('\nendstream')]);
const root = '<</Type/Catalog/Pages 2 0 R>>';
const onePage = '<</Type/Pages/Kids[3 0 R]/Count 1>>';
const empty = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>';
const shows = (contents: Buffer): Buffer =>
  pdf([
    root,
    onePage,
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>',
    contents,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ]);

/** A text many times over, compressed without ever being whole: blocks after a full flush stand by themselves. */
function repeated(text: string, times: number): Buffer {
  const block = deflateRawSync(Buffer.from(text), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const blocks = Array.from({ length: times }, () => block);
  return Buffer.concat([Buffer.from([0x78, 0xda]), ...blocks, deflateRawSync(Buffer.alloc(0))]);
}

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
const flate = '/Filter/FlateDecode';

test('a document that unpacks into gigabytes is ended before it has taken a gigabyte', async () => {
  const before = process.memoryUsage.rss();
  let most = 0;
  const looking = setInterval(() => (most = Math.max(most, process.memoryUsage.rss() - before)), 20);
  try {
    const bomb = shows(stream(flate, repeated(' '.repeat(1e7), 150)));
    await expect(read('bomb.pdf', bomb)).rejects.toMatchObject({
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
  '%s has no text, and breaks nothing',
  async (_what, make) => {
    expect((await read('odd.pdf', make())).filter(({ text }) => text.trim() !== '')).toEqual([]);
  },
  120_000,
);

test('a document that is one is read after all of them', async () => {
  const fine = shows(stream('', Buffer.from('BT /F 9 Tf 1 1 Td (good news) Tj ET')));
  expect((await read('fine.pdf', fine)).map(({ text }) => text).join()).toContain('good news');
});

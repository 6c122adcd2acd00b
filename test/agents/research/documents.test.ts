/** Local sources over real folders and the real node_modules; the index is a real database in a temporary home. */
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDocuments } from '../../../src/agents/research/activities/documents/index.ts';
import { walk } from '../../../src/agents/research/activities/documents/files.ts';
import { bomb } from '../../support/pdf.ts';
import { splitMarkdown } from '../../../src/agents/research/activities/documents/markdown.ts';
import { ftsQuery } from '../../../src/agents/research/activities/documents/full-text-query.ts';
import { stem } from '../../../src/agents/research/pure/stems.ts';
import type { Passage } from '../../../src/agents/research/activities/sources/source.ts';

let home = '';
let folder = '';
const signal = new AbortController().signal;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'fanfold-home-'));
  folder = await mkdtemp(join(tmpdir(), 'fanfold-docs-'));
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

async function searched(question: string, limit = 8): Promise<Passage[]> {
  return createDocuments(home).folder(folder).search(question, { limit, signal });
}

async function search(question: string, limit = 8): Promise<Passage[]> {
  return (await searched(question, limit)).filter(({ unread }) => unread === undefined);
}

/** What the folder holds that could not be read, and why. */
async function gapsNow(): Promise<Record<string, string>> {
  const gaps = (await searched('quokka')).filter((passage) => passage.unread !== undefined);
  return Object.fromEntries(gaps.map(({ title, unread: why }) => [title, why ?? '']));
}

/** The smallest PDF that says one line: an object table with right offsets is all a reader asks for. */
function pdf(line: string): Uint8Array {
  const stream = `BT /F1 18 Tf 72 700 Td (${line}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 6\n0000000000 65535 f \n${offsets.join('')}`;
  return Buffer.from(`${body}${table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`);
}

describe('a folder of documents', () => {
  test('Markdown is found by heading, at the lines it stands in', async () => {
    await put(
      'guide/errors.md',
      '# Errors\n\nIntroduction.\n\n## Retries\n\nA walrus is retried with a growing delay.\n\n## Other\n\nNothing.\n',
    );
    const [first] = await search('How are walruses retried?');
    expect(first?.url).toBe('guide/errors.md#L5-L7');
    expect(first?.title).toBe('guide/errors.md › Errors › Retries');
    expect(first?.text).toContain('A walrus is retried');
    expect(first?.snippet).toContain('walrus');
    expect(first?.source).toBe(folder);
  });

  test('HTML, source code, text and PDF are read too', async () => {
    await put(
      'page.html',
      '<html><head><title>Page</title><style>.ocelot{}</style></head><body>\n<h1>Top</h1>\n<p>The ocelot sleeps.</p>\n</body></html>',
    );
    await put('code.ts', '/** The pangolin rolls up. */\nexport const roll = 1;\n');
    await put('plain.txt', 'The narwhal dives deep.\n');
    await put('paper.pdf', pdf('The capybara swims'));
    expect((await search('ocelot')).map(({ url, title }) => [url, title])).toEqual([
      ['page.html#L2-L4', 'page.html › Page › Top'],
    ]);
    expect((await search('pangolin'))[0]?.url).toBe('code.ts#L1-L2');
    expect((await search('narwhal'))[0]?.url).toBe('plain.txt#L1-L1');
    expect((await search('capybara'))[0]?.url).toBe('paper.pdf#page=1');
  });

  test('a changed file is read again, a new one is added and a removed one is gone', async () => {
    await put('one.md', 'The heron stands.\n');
    await put('two.md', 'The ibis stands.\n');
    expect(await search('heron')).toHaveLength(1);
    await put('one.md', 'The egret stands.\n');
    await utimes(join(folder, 'one.md'), new Date(), new Date(Date.now() + 5000));
    await put('three.md', 'The stork stands.\n');
    await rm(join(folder, 'two.md'));
    expect(await search('heron ibis')).toEqual([]);
    expect((await search('egret stork')).map(({ url }) => url).toSorted()).toEqual(['one.md#L1-L1', 'three.md#L1-L1']);
  });

  test('a folder in which nothing can be read is an error that says why, and never one without an answer', async () => {
    await put('a.docx', 'quokka');
    await put('deep/b.docx', 'quokka');
    await put('c.png', 'quokka');
    await expect(search('quokka')).rejects.toMatchObject({
      type: 'DocumentsUnread',
      message: expect.stringContaining('2 files of the kind .docx: files of that kind are not read, and 1 more'),
    });
  });

  test('documents of kinds that are not read and links are counted; pictures and other data beside documents are not', async () => {
    await put('a.docx', 'quokka');
    await put('b.png', 'quokka');
    await put('kept.md', 'quokka');
    await symlink(join(folder, 'kept.md'), join(folder, 'link.md'));
    expect(await gapsNow()).toEqual({
      '1 file of the kind .docx': 'files of that kind are not read',
      '1 link': 'links are not followed',
    });
    expect(await search('quokka')).toHaveLength(1);
  });

  test('a text in another encoding is read letter by letter where it is clear which, else it is named', async () => {
    await put('utf16.txt', Buffer.from('\uFEFFquokka Müller', 'utf16le'));
    await put('old.txt', Buffer.from('quokka M\xfcller costs 5 \x80', 'latin1'));
    await put('page.html', Buffer.from('<meta charset="iso-8859-2"><p>quokka Gda\xf1sk</p>', 'latin1'));
    await put('unclear.txt', Buffer.from([0xb4, 0xf3, 0xd0, 0xdc, 0xc3, 0xa8]));
    const found = await search('quokka');
    expect(found.map(({ snippet }) => snippet).toSorted()).toEqual([
      expect.stringContaining('quokka Gdańsk'),
      expect.stringContaining('quokka Müller'),
      expect.stringContaining('quokka Müller costs 5 €'),
    ]);
    expect(await gapsNow()).toEqual({ 'unclear.txt': expect.stringContaining('which encoding') });
  });

  test('large, binary and broken files and folders that are closed are named with the reason, now and the next time', async () => {
    await put('large.txt', 'quokka '.repeat(400_000));
    await put('binary.txt', Buffer.from('quokka\0quokka'));
    await put('broken.pdf', 'quokka');
    await put('scanned.pdf', pdf(''));
    await put('empty.md', '');
    await put('kept.md', 'quokka');
    const gaps = {
      'binary.txt': expect.stringContaining('zero bytes'),
      'broken.pdf': expect.stringContaining('broken PDF'),
      'large.txt': 'it is larger than 2 MB',
      'scanned.pdf': expect.stringContaining('hold no text'),
    };
    expect(await gapsNow()).toEqual(gaps);
    expect(await gapsNow()).toEqual(gaps);
    expect((await search('quokka')).map(({ url }) => url)).toEqual(['kept.md#L1-L1']);
    await put('broken.pdf', pdf('The quokka smiles'));
    await utimes(join(folder, 'broken.pdf'), new Date(), new Date(Date.now() + 5000));
    expect(Object.keys(await gapsNow())).toEqual(['binary.txt', 'scanned.pdf', 'large.txt']);
    expect((await search('smiles')).map(({ url }) => url)).toEqual(['broken.pdf#page=1']);
  });

  test('a document whose reader dies is named, and of many that cannot be read the first ten are', async () => {
    await put('bomb.pdf', bomb());
    for (let file = 0; file < 12; file += 1) await put(`broken${file}.pdf`, 'quokka');
    await put('kept.md', 'quokka');
    const gaps = await gapsNow();
    expect(gaps).toMatchObject({
      'bomb.pdf': expect.stringMatching(/^reading it takes (?:too much memory|more than)/),
      '3 more documents': expect.any(String),
    });
    expect(Object.keys(gaps)).toHaveLength(11);
    expect(await search('quokka')).toHaveLength(1);
  }, 120_000);

  test('a folder of which nothing can be read has not answered', async () => {
    await put('broken.pdf', 'quokka');
    await put('other.pdf', 'quokka');
    await expect(searched('quokka')).rejects.toMatchObject({
      type: 'DocumentsUnread',
      nonRetryable: true,
      message: expect.stringMatching(/broken\.pdf: it is a broken PDF .*, and 1 more$/),
    });
  });

  test('a walk tells the folders that it could not open, and that there is more than it visits', async () => {
    await put('a/b/c/deep.md', 'quokka');
    const all = { accept: () => true, enter: () => true, most: 10, deepest: 24, signal };
    expect(await walk(folder, all)).toMatchObject({
      files: [join(folder, 'a/b/c/deep.md')],
      closed: [],
      bounded: false,
    });
    expect(await walk(folder, { ...all, deepest: 2 })).toMatchObject({ files: [], closed: [], bounded: true });
    // A file where a folder is expected is refused as one without rights is, to root as well.
    const closed = join(folder, 'a/b/c/deep.md');
    expect(await walk(closed, all)).toMatchObject({
      closed: [{ path: closed, why: expect.stringContaining('ENOTDIR') }],
    });
  });

  test('installed files and those of other kinds are passed over', async () => {
    await put('node_modules/a/README.md', 'quokka');
    await put('.git/notes.md', 'quokka');
    await put('dist/out.md', 'quokka');
    await put('picture.png', Buffer.from('quokka\0quokka'));
    await put('kept.md', 'quokka');
    expect((await searched('quokka')).map(({ url }) => url)).toEqual(['kept.md#L1-L1']);
  });

  test('a folder that is not there fails for good and is named', async () => {
    const missing = join(folder, 'nowhere');
    const failing = createDocuments(home).folder(missing).search('x', { limit: 1, signal });
    await expect(failing).rejects.toMatchObject({
      type: 'FolderNotFound',
      nonRetryable: true,
      message: expect.stringContaining(missing),
    });
  });

  test('a cancelled search stops with the reason of the cancel', async () => {
    await put('one.md', 'heron');
    const reason = new Error('enough');
    await expect(
      createDocuments(home)
        .folder(folder)
        .search('heron', { limit: 1, signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
  });

  test('folders share one index without meeting each other', async () => {
    await put('a/one.md', 'The heron stands.');
    await put('b/two.md', 'The heron flies.');
    const documents = createDocuments(home);
    const [a, b] = await Promise.all(
      ['a', 'b'].map((name) => documents.folder(join(folder, name)).search('heron', { limit: 5, signal })),
    );
    expect([a?.[0]?.url, b?.[0]?.url]).toEqual(['one.md#L1-L1', 'two.md#L1-L1']);
  });

  test('several connections may build the same index at once', async () => {
    for (let file = 0; file < 60; file += 1) await put(`${file}.md`, `# Number ${file}\n\nThe heron stands.\n`);
    const found = await Promise.all(Array.from({ length: 6 }, () => search('heron', 100)));
    expect(found.map((passages) => passages.length)).toEqual([60, 60, 60, 60, 60, 60]);
  });

  test('an index that is damaged is made anew', async () => {
    await put('one.md', 'heron');
    await writeFile(join(home, 'documents.db'), 'this is no database, as anyone can see'.repeat(500));
    expect(await search('heron')).toHaveLength(1);
  });
});

describe('a question', () => {
  test.each([
    '"',
    "'; DROP TABLE passages; --",
    'a AND OR NOT NEAR(',
    'C++ *^:{}()',
    'col:heading',
    '日本語 مرحبا',
    '???',
    '',
  ])('of any characters breaks nothing: %s', async (question) => {
    await put('one.md', 'heron');
    await expect(search(question)).resolves.toBeInstanceOf(Array);
  });

  test('becomes its telling words, any of which will do', () => {
    expect(ftsQuery('How do the workflows handle retries?')).toBe('"workflows" OR "retries"');
    expect(ftsQuery('what is it')).toBe('"what" OR "is" OR "it"');
    expect(ftsQuery('?!')).toBeUndefined();
  });
});

const stems = (...words: string[]): number => new Set(words.map(stem)).size;

test('words of one root meet, and words that only look alike do not', () => {
  expect(stems('retry', 'retries', 'retried', 'retrying')).toBe(1);
  expect(stems('cancel', 'cancels', 'cancelled', 'cancelling', 'cancellation')).toBe(1);
  expect(stems('workflow', 'workflows')).toBe(1);
  expect(stems('durable', 'duration')).toBe(2);
});

describe('Markdown', () => {
  test('keeps a comment in a block of code from being a heading', () => {
    const sections = splitMarkdown('# Real\n\n```sh\n# not a heading\nrun\n```\n\nAfter.\n');
    expect(sections).toHaveLength(1);
    expect(sections[0]).toMatchObject({ heading: 'Real', place: '#L1-L8' });
  });

  test('is cut into sections of a readable size, none of them empty', () => {
    const sections = splitMarkdown(`# Long\n\n${'A sentence of some length. '.repeat(20)}\n\n`.repeat(8));
    expect(sections.every(({ text }) => text.length > 0 && text.length <= 2500)).toBe(true);
  });
});

describe('the sources of every installation', () => {
  test('are indexed at once in one home, and quickly found again', async () => {
    const { packages } = createDocuments(home);
    const question = 'How do durable workflows handle retries and cancellation?';
    const found = await Promise.all(packages.map((source) => source.search(question, { limit: 8, signal })));
    expect(packages.map(({ name }) => name)).toEqual([
      'package-readmes',
      'package-docs',
      'package-changelogs',
      'package-types',
      'package-code',
    ]);
    expect(found.every((passages) => passages.length > 0)).toBe(true);
    expect(found[0]?.every(({ url }) => /\.(?:md|markdown)#L\d+-L\d+$/i.test(url))).toBe(true);
    expect(found[2]?.every(({ url }) => /(?:change|history|release)[^/]*#/i.test(url))).toBe(true);
    expect(found[3]?.every(({ url }) => url.includes('.d.ts#L'))).toBe(true);
    expect(found[3]?.some(({ url }) => url.startsWith('@temporalio/'))).toBe(true);
    expect(found[4]?.every(({ url }) => /\.m?js#L/.test(url))).toBe(true);
    const start = performance.now();
    await packages[2]?.search(question, { limit: 8, signal });
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

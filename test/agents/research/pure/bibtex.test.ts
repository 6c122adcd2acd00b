import { parse } from '@retorquere/bibtex-parser';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bibtex, type BibtexEntry } from '../../../../src/agents/research/pure/bibtex.ts';

const work = (title: string, more: Partial<BibtexEntry> = {}): BibtexEntry => ({
  number: 1,
  title,
  url: 'https://example.org/a_b?c=1&d=100%25#e',
  source: 'arxiv',
  ...more,
});
/** What a reader of BibTeX makes of it. */
const read = (entries: readonly BibtexEntry[]) => {
  const { entries: found, errors } = parse(bibtex(entries), { sentenceCase: false });
  return { errors, found: found.map(({ key, fields }) => ({ ...(fields as Record<string, string>), key })) };
};
const bare = (text: string | undefined): string =>
  (text ?? '')
    .replaceAll(/<\/?(?:span|nc)[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

test('an entry has title, year, DOI, address and source, under a key that is unique', () => {
  expect(bibtex([work('Herons & {fish}', { year: 2019, doi: '10.1/a_b' })])).toBe(`@misc{herons2019-1,
  title = {{Herons \\& \\textbraceleft{}fish\\textbraceright{}}},
  year = {2019},
  doi = {10.1/a_b},
  url = {https://example.org/a_b?c=1&d=100%25#e},
  howpublished = {arxiv}
}
`);
});

test('a key begins with the name that a work is sorted by, without its particles', () => {
  const keys = ['von Goethe, Johann', 'de la Cruz, J.', 'Van', 'Jan van der Berg'].map(
    (author) => read([work('T', { authors: [author], year: 2020 })]).found[0]?.key,
  );
  expect(keys).toEqual(['goethe2020-1', 'cruz2020-1', 'van2020-1', 'berg2020-1']);
});

test('whatever a title holds, a reader of BibTeX finds that title and every other entry', () => {
  const characters = 'abcXYZ 019{}\\~^&%$#_"@,=éß日<>|-?!'.split('');
  const titles = fc.array(
    fc
      .string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 30 })
      .filter((text) => text.trim() !== ''),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(titles, (all) => {
      const { errors, found } = read(all.map((title, index) => work(title, { number: index + 1 })));
      expect(errors).toEqual([]);
      expect(found.map((each) => bare((each as { title?: string }).title))).toEqual(
        all.map((title) => title.replaceAll(/\s+/g, ' ').trim()),
      );
      expect(new Set(found.map(({ key }) => key)).size).toBe(all.length);
    }),
  );
});

const authored = (authors: string[]) => read([work('T', { authors })]).found[0] as unknown as { author?: unknown };

test.each([
  [
    ['Lovelace, Ada', 'van der Berg, Jan'],
    [
      { lastName: 'Lovelace', firstName: 'Ada' },
      { lastName: 'Berg', prefix: 'van der', firstName: 'Jan' },
    ],
  ],
  [
    ['Ada Lovelace', 'Jan van der Berg'],
    [
      { lastName: 'Lovelace', firstName: 'Ada' },
      { lastName: 'Berg', prefix: 'van der', firstName: 'Jan' },
    ],
  ],
  [['Martin King Jr.'], [{ lastName: 'King', firstName: 'Martin', suffix: 'Jr.' }]],
  [['World Health Organization'], [{ name: 'World Health Organization' }]],
  [
    ['Lovelace, Ada', 'Research and Development'],
    [{ lastName: 'Lovelace', firstName: 'Ada' }, { name: 'Research and Development' }],
  ],
  [
    ['Lovelace, Ada', 'Department of Health, Ministry of Labour'],
    [{ lastName: 'Lovelace', firstName: 'Ada' }, { name: 'Department of Health, Ministry of Labour' }],
  ],
  [['Smith & Sons, A_B'], [{ lastName: 'Smith & Sons', firstName: 'A_B' }]],
  [['山田太郎'], [{ name: '山田太郎' }]],
  [['Plato'], [{ name: 'Plato' }]],
])('authors %j are those that a reader of BibTeX finds', (given, expected) => {
  expect(authored(given).author).toEqual(expected.map((each) => expect.objectContaining(each)));
});

test('whatever names are, a reader finds as many authors as there are, and whole entries', () => {
  const name = fc
    .string({ unit: fc.constantFrom(...'abX ,.{}\\&%$#_~^"\'-éß日'.split(''), ' and '), minLength: 1, maxLength: 12 })
    .filter((text) => /[a-zX日éß]/.test(text));
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
      const { errors, found } = read([work('T', { authors: names }), work('U', { number: 2 })]);
      expect(errors).toEqual([]);
      expect(found).toHaveLength(2);
      expect((found[0] as unknown as { author: unknown[] }).author).toHaveLength(names.length);
    }),
  );
});

test('a work in a journal is an article, one of a meeting is in its proceedings, and what became of it is a note', () => {
  const journal = bibtex([
    work('Herons', { venue: 'Birds & Ponds', year: 2020, authors: ['Lovelace, Ada', 'et al.'], standing: 'retracted' }),
  ]);
  expect(journal).toBe(`@article{lovelace2020-1,
  title = {{Herons}},
  author = {Lovelace, Ada and others},
  journal = {{Birds \\& Ponds}},
  year = {2020},
  url = {https://example.org/a_b?c=1&d=100%25#e},
  note = {retracted}
}
`);
  expect(bibtex([work('T', { venue: 'Proceedings of the Pond Symposium' })])).toContain('@inproceedings{');
});

test('an address with braces and spaces does not end its field', () => {
  const { errors, found } = read([work('A', { url: 'https://example.org/{a} b' })]);
  expect(errors).toEqual([]);
  expect(found[0]).toMatchObject({ url: 'https://example.org/%7Ba%7D%20b' });
});

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

test('whatever a title holds, a reader of BibTeX finds that title and every other entry', () => {
  const characters = 'abcXYZ 019{}\\~^&%$#_"@,=éß日'.split('');
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

test('an address with braces and spaces does not end its field', () => {
  const { errors, found } = read([work('A', { url: 'https://example.org/{a} b' })]);
  expect(errors).toEqual([]);
  expect(found[0]).toMatchObject({ url: 'https://example.org/%7Ba%7D%20b' });
});

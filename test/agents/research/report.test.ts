/** Reports of research as documents. */
import { parse } from '@retorquere/bibtex-parser';
import { expect, test } from 'vitest';
import { synthesize, type Answer } from '../../../src/agents/research/activities/synthesize.ts';
import { formatOf, reportText } from '../../../src/agents/research/report.ts';
import type { Report } from '../../../src/agents/research/pure/report.ts';

const plain: Answer = {
  text: 'Herons wait. [1]',
  citations: [{ number: 1, title: 'Herons & fish', url: 'https://example.org/h', source: 'arxiv' }],
  model: null,
  method: 'extractive',
  note: 'No model was used.',
  missing: ['crossref'],
};
const report: Report = {
  question: 'How do herons fish?',
  depth: 2,
  planner: 'rules',
  questions: [
    {
      label: 'fish',
      question: 'How | why do herons fish?',
      level: 1,
      answered: true,
      claims: 1,
      asked: 2,
      failed: { crossref: 'gone' },
      note: '',
    },
  ],
  claims: [{ heading: 'H', text: 'Herons wait.', citations: [1] }],
  references: [
    { ...plain.citations[0], year: 2019, doi: '10.1/h', passages: ['Herons wait.'] } as Report['references'][number],
  ],
  dropped: [],
  missing: ['crossref did not answer: gone'],
  coverage: { total: 1, included: ['fish'], shortened: [], left: {}, merges: 1, note: '' },
  screened: 0,
  duplicates: 0,
};
const deep = { ...plain, report };

test.each([
  ['a.md', 'markdown'],
  ['b.JSON', 'json'],
  ['c.bib', 'bibtex'],
])('%s is written as %s', (file, format) => expect(formatOf(file)).toBe(format));

test('another ending is refused, with those that are known', () => {
  expect(() => formatOf('report.pdf')).toThrow(/-o report\.pdf.*\.md, \.json or \.bib/);
});

test('Markdown has the answer, the questions, what is missing and the references', () => {
  expect(reportText('How do herons fish?', deep, 'markdown')).toBe(`# How do herons fish?

Herons wait. [1]

## Questions

| question | level | sources | claims |
|---|---|---|---|
| How \\| why do herons fish? | 1 | 1/2 | 1 |

## What is missing

- crossref did not answer: gone

## References

1. Herons & fish (arxiv, 2019, doi:10.1/h). <https://example.org/h>

---

No model was used.
`);
});

test('BibTeX cites nothing of an answer that says that nothing was found, and says so in a comment', async () => {
  const title = 'Ferries of the north';
  const passages = [{ title, url: 'https://example.org/f', text: 'Ferries leave at noon.', source: 'docs' }];
  const asked = { question: 'How do herons fish?', passages: passages as never, failed: {} };
  const answer = await synthesize({ ...asked, successCount: 1, failureCount: 0 }, { environment: {} });
  expect(answer.citations).toMatchObject([{ title }]);
  const none = '% Nothing was found that answers the question.\n';
  expect(reportText('Q', answer, 'bibtex')).toBe(none);
  expect(reportText('Q', { ...plain, citations: [] }, 'bibtex')).toBe(none);
  expect(parse(none)).toMatchObject({ entries: [], errors: [] });
});

test('an answer of one round is a report too, in each format', () => {
  expect(reportText('Q', plain, 'markdown')).toContain('- crossref did not answer.');
  const known = { ...plain, failed: { crossref: 'crossref answered 403: <b>no</b>\n# heading' } };
  expect(reportText('Q', known, 'markdown')).toContain(
    '- crossref did not answer: crossref answered 403: \\<b\\>no\\</b\\> # heading\n',
  );
  expect(JSON.parse(reportText('Q', plain, 'json'))).toEqual({ question: 'Q', ...plain });
  const { entries } = parse(reportText('Q', plain, 'bibtex'));
  expect(entries).toMatchObject([{ type: 'misc', fields: { url: 'https://example.org/h' } }]);
});

/** Whatever a model writes and sources give: what no passage bears out is not in the answer, and what was taken back is marked. */
import { LLMock } from '@copilotkit/aimock';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compose } from '../../../src/agents/research/activities/depth/compose.ts';
import { drawClaims } from '../../../src/agents/research/activities/depth/draw.ts';
import { rank } from '../../../src/agents/research/activities/depth/rank.ts';
import type { Passage } from '../../../src/agents/research/activities/sources/source.ts';
import { synthesize, type SynthesizeInput } from '../../../src/agents/research/activities/synthesize.ts';
import { withoutDuplicates } from '../../../src/agents/research/pure/duplicates.ts';
import type { PassageEvidence } from '../../../src/agents/research/pure/draft.ts';
import { cite } from '../../../src/agents/research/pure/report.ts';
import { standingSentences, type Standing } from '../../../src/agents/research/pure/standing.ts';
import { supportedText } from '../../../src/agents/research/pure/supported.ts';

const question = 'How do grey herons catch their fish?';
const truth = [
  'The grey heron stands still in shallow water until a fish comes near.',
  'Grey herons catch most of their fish at dawn and at dusk.',
];
/** Of each what nothing else in a text has. */
const falsehoods = [
  ['Grey herons catch 4711 fish a day.', '4711'],
  ['Grey herons of Zanzibar catch no fish.', 'Zanzibar'],
  ['Penguins swim under thick ice all winter.', 'Penguins'],
] as const;
const falsehood = fc.constantFrom(...falsehoods);
/** Places in an answer in which a sentence may stand. */
const places: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `${text} [1]`,
  (text) => `${text} [1][2]`,
  (text) => `${text} [9]`,
  (text) => `- ${text} [1]`,
  (text) => `1. **${text}** [2]`,
  (text) => `> ${text} [1]`,
  (text) => `## ${text}`,
  (text) => `###### ${text.slice(0, -1)}`,
  (text) => `${text.slice(0, -1)}:`,
  (text) => `\`\`\`\n${text}\n\`\`\``,
  (text) => `~~~text\n// ${text}\n~~~`,
  (text) => `\`\`\`${text}\`\`\``,
  (text) => `\`\`\`${text}\n\`\`\``,
  (text) => `~~~js title="${text}"\nfish(1)\n~~~`,
  (text) => `${text}\n${'~'.repeat(text.length)}`,
  (text) => `The passages do not say why, but ${text}`,
  (text) => `No source says otherwise; ${text}`,
  (text) => `The passages say nothing of it: ${text}`,
  (text) => `${truth[0]} [1] ${text}`,
  (text) => `| ${text} | [1] |`,
];
const place = fc.constantFrom(...places);
const good = fc.constantFrom(
  `${truth[0]} [1]`,
  `${truth[1]} [2]`,
  '## Summary',
  `## ${truth[1]}`,
  '',
  '```\nfish(1)\n```',
);

describe('of an answer of a model', () => {
  test('what no passage bears out is taken out wherever it stands, and what one does stays', () => {
    const pieces = fc.array(
      fc.oneof(
        good,
        fc.tuple(falsehood, place).map(([[text], put]) => put(text)),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = [...parts, `${truth[0]} [1]`].join('\n\n');
        const { text: kept } = supportedText(text, (number) => truth[number - 1], [question, ...truth]);
        for (const [, mark] of falsehoods) expect(kept).not.toContain(mark);
        expect(kept).toContain(`${truth[0]} [1]`);
        for (const each of parts.filter((part) => truth.some((one) => part.startsWith(one)))) {
          expect(kept).toContain(each.slice(0, 40));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a remark that nothing is known, a lead-in and a heading of what was shown stay', () => {
    const said = `## Grey herons\n\nThe passages do not say how often.\n\nHow grey herons catch fish:\n\n- ${truth[0]} [1]`;
    expect(supportedText(said, (number) => truth[number - 1], [question, ...truth])).toEqual({
      text: said,
      dropped: [],
      crossings: [],
    });
  });
});

const passage = (source: string, text: string, more: Partial<Passage> = {}): Passage => ({
  source,
  title: `Title of ${source}`,
  url: `https://example.org/${source}`,
  snippet: '',
  text,
  ...more,
});
const evidence: PassageEvidence[] = truth.map((text, index) => ({
  id: `e${index}`,
  title: 'Herons',
  url: `https://example.org/${index}`,
  source: 'a',
  text,
}));

describe('at every depth', () => {
  const mock = new LLMock({ port: 0 });
  let environment: NodeJS.ProcessEnv = {};
  const signal = new AbortController().signal;
  beforeAll(async () => {
    await mock.start();
    environment = { OPENAI_BASE_URL: `${mock.url}/v1`, OPENAI_MODEL: 'test-model' };
  });
  beforeEach(() => mock.reset());
  afterAll(async () => mock.stop());
  const says = (content: unknown): void =>
    void mock.onMessage(/.*/s, { content: typeof content === 'string' ? content : JSON.stringify(content) });

  test.each(falsehoods)('“%s” of a model is in no answer, no note and no heading', async (text, mark) => {
    says(`# ${text}\n\n${truth[0]} [1] ${text} [2]`);
    const passages = truth.map((each, index) => passage(`s${index}`, each));
    const asked = { question, passages, failed: {}, successCount: 2, failureCount: 0 };
    const plain = await synthesize(asked, { environment });
    expect(plain).toMatchObject({ method: 'model', text: `${truth[0]} [1]` });
    mock.reset();
    says({
      claims: [
        { text, passages: ['e0', 'e1'] },
        { text: truth[0], passages: ['e0'] },
      ],
      open_questions: [],
    });
    const drawn = await drawClaims(
      { root: question, question, evidence, window: 9000, model: 'm' },
      { environment, signal },
    );
    expect(JSON.stringify(drawn.draft)).not.toContain(mark);
    expect(drawn.dropped).toHaveLength(1);
    mock.reset();
    says({
      sections: [
        {
          heading: text,
          sentences: [
            { text: truth[0], passages: ['e0'] },
            { text, passages: ['e1'] },
          ],
        },
      ],
    });
    const pieces = [drawn.draft];
    const composed = await compose(
      { question, pieces, evidence, limit: 9000, last: true, model: 'm' },
      { environment, signal },
    );
    if (mark !== 'Penguins') expect(JSON.stringify(composed.draft)).not.toContain(mark);
    expect(composed.draft.sections[0]?.claims).toEqual([{ text: truth[0], evidence: ['e0'] }]);
  });
});

describe('without a model', () => {
  const environment = {};
  /** What readers of mark-up, terminals and models have altered before. */
  const odd = fc.constantFrom(
    'Map<string, Set<T>>',
    '`a < b && c > d`',
    'List<B>',
    'Box<A>',
    '2**10',
    '__init__',
    '&lt; and &amp;',
    '$HOME ~5 * 3_000',
    'שלום עולם',
    'مرحبا بالعالم',
    '👩‍👩‍👧 café',
    '2 %',
    '[7]',
    '“quoted”',
  );
  const sentence = fc
    .tuple(odd, fc.constantFrom('grey heron', 'fish', 'herons catch'))
    .map(([mark, about]) => `The ${about} of the lake is written as ${mark} in most of the old books on herons.`);

  test('every line of the answer is a text of the passage that it cites, unaltered, and the counts add up', async () => {
    const found = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), sentence), { maxLength: 8 });
    const failed = fc.uniqueArray(fc.constantFrom('x', 'y', 'z'));
    await fc.assert(
      fc.asyncProperty(found, failed, async (texts, silent) => {
        const passages = texts.map(([source, text], index) => passage(source, text, { url: `u${index}` }));
        const input: SynthesizeInput = {
          question,
          passages,
          failed: Object.fromEntries(silent.map((each) => [each, 'timed out'])),
          successCount: 3,
          failureCount: silent.length,
        };
        const { text, citations, missing, note } = await synthesize(input, { environment });
        expect(missing).toEqual(silent);
        expect(note).toContain(`3 of ${3 + silent.length} sources answered`);
        if (passages.length === 0) expect(citations).toEqual([]);
        if (/^No source|^Nothing was found/.test(text)) return;
        for (const line of text.split('\n')) {
          const [, quoted = '', number] = /^- (.*) \[(\d+)\]$/.exec(line) ?? [];
          const cited = passages.find(({ url }) => url === citations[Number(number) - 1]?.url);
          expect(cited?.text).toContain(quoted.replace(/^Title of \w: /, ''));
          expect(quoted.length).toBeGreaterThan(30);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('a type’s parameter, a power and a name with underscores stay what they are, and emphasis goes', async () => {
    const text = '- Default of `x` for **a heron**: 2**10 fish in List<A>, __init__ of __two words__ <b>here</b>';
    const asked = { question: 'default heron fish', passages: [passage('a', text)], failed: {} };
    const { text: said } = await synthesize({ ...asked, successCount: 1, failureCount: 0 }, { environment });
    expect(said).toContain('Default of `x` for a heron: 2**10 fish in List<A>, __init__ of two words here [1]');
  });

  const standing = fc.option(fc.constantFrom<Standing>('retracted', 'withdrawn', 'corrected'), { nil: undefined });
  const standings = fc.array(standing, { minLength: 1, maxLength: 3 });
  /** One work as several sources found it, each of which may know or not know what became of it. */
  const found = (all: readonly (Standing | undefined)[]): Passage[] =>
    all.map((each, index) =>
      passage(`s${index}`, `${truth[0]} ${'It waits. '.repeat(index)}`, {
        doi: '10.1000/heron',
        ...(each ? { standing: each } : {}),
      }),
    );

  test('a work that any source knows to be taken back is marked in an answer of one round', async () => {
    await fc.assert(
      fc.asyncProperty(standings, fc.boolean(), async (all, isAbout) => {
        const asked = isAbout ? question : 'What do volcanoes erupt?';
        const input = { question: asked, passages: found(all), failed: {}, successCount: 1, failureCount: 0 };
        const { note, citations } = await synthesize(input, { environment });
        expect(citations.length).toBeGreaterThan(0);
        for (const { number } of citations) {
          expect(note.includes(`[${number}] was `)).toBe(all.some(Boolean));
          if (all.includes('retracted')) expect(note).toContain(`[${number}] was retracted since.`);
        }
      }),
    );
  });

  test('and so it is in one of several', async () => {
    const signal = new AbortController().signal;
    await fc.assert(
      fc.asyncProperty(standings, async (all) => {
        const works = withoutDuplicates<Passage>(found(all));
        expect(works).toHaveLength(1);
        const ranked = await rank(
          { question, passages: found(all), limit: 8, embeddingModel: null },
          { environment, signal },
        );
        const drawn = await drawClaims(
          { root: question, question, evidence: ranked.evidence, window: 9000, model: null },
          { environment, signal },
        );
        const { references } = cite(drawn.draft, ranked.evidence);
        expect(references).toHaveLength(1);
        const said = standingSentences(references).join(' ');
        expect(said === '').toBe(!all.some(Boolean));
        if (all.includes('retracted')) expect(said).toBe('[1] was retracted since.');
      }),
    );
  });
});

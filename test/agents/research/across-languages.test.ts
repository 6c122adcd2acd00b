/** Sentences in another language than their passages: compared by a translation where there is one, else said to be unchecked. */
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkedAcross } from '../../../src/agents/research/activities/checked-across.ts';
import { compose } from '../../../src/agents/research/activities/depth/compose.ts';
import { drawClaims } from '../../../src/agents/research/activities/depth/draw.ts';
import { synthesize } from '../../../src/agents/research/activities/synthesize.ts';
import { checkedSentence } from '../../../src/agents/research/pure/across.ts';
import { kindOf, promptOf } from '../../support/herons.ts';

const english = 'The grey heron stands still in shallow water until a fish comes near. It takes 340 g of fish a day.';
const german = 'Der Graureiher steht still im flachen Wasser, bis ein Fisch in die Nähe kommt.';
const untrue = 'Der Graureiher baut sein Nest aus reinem Gold und schläft darin den ganzen Winter.';
const daily = 'Der Graureiher frisst jeden Tag etwa 340 g Fisch.';
const wrongNumber = 'Der Graureiher frisst jeden Tag etwa 900 g Fisch.';
/** As a model translates that was shown nothing else. */
const translations: Readonly<Record<string, string>> = {
  [german]: 'The grey heron stands still in shallow water until a fish comes near.',
  [untrue]: 'The grey heron builds its nest of pure gold and sleeps in it all winter.',
  [daily]: 'The grey heron takes about 340 g of fish a day.',
  [wrongNumber]: 'The grey heron takes about 900 g of fish a day.',
};

const mock = new LLMock({ port: 0 });
beforeAll(() => mock.start());
afterAll(() => mock.stop());
beforeEach(() => mock.reset());
const environment = () => ({ OPENAI_BASE_URL: `${mock.url}/v1`, OPENAI_MODEL: 'm' });
const context = () => ({ environment: environment(), signal: new AbortController().signal });

type Request = Parameters<typeof kindOf>[0];
const asksFor = (kind: string) => ({ predicate: (request: Request) => kindOf(request) === kind });
const asked = () => mock.getRequests().filter(({ body }) => kindOf(body ?? {}) === 'translations');

/** Translates by the list above, each sentence into the language that is named. */
function translates(): void {
  mock.on(asksFor('translations'), (request: Request) => {
    const lines = promptOf(request).matchAll(/^\d+\. Into (\w+): (.+)$/gm);
    const found = Array.from(lines, ([, language, text = '']) => (language === 'English' ? translations[text] : 'x'));
    return { content: JSON.stringify({ translations: found }) };
  });
}
const fails = (): void => void mock.on(asksFor('translations'), { error: { message: 'no', type: 'x' }, status: 401 });

describe('of an answer at once', () => {
  const answered = async (text: string, passage = english) => {
    mock.on({ predicate: (request: Request) => kindOf(request) === undefined }, { content: text });
    const passages = [{ source: 'a', title: 'Herons', url: 'https://example.org/h', snippet: '', text: passage }];
    const input = { question: 'Wie fischt der Graureiher?', passages, failed: {}, successCount: 1, failureCount: 0 };
    return synthesize(input, { environment: environment() });
  };

  test('a sentence whose translation the passage bears out stays, and the note says what was compared', async () => {
    translates();
    const { text, note, method } = await answered(`${german} [1] ${untrue} [1] ${daily} [1]`);
    expect({ text, method }).toEqual({ text: `${german} [1] ${daily} [1]`, method: 'model' });
    expect(note).toContain('2 sentences are in another language, and a translation by the model was compared');
    expect(note).toContain('Dropped: 1 sentence of it');
    expect(note).not.toContain('not checked but for');
    // What it is to translate is all that it is shown.
    expect(promptOf(asked()[0]?.body ?? {})).not.toContain('stands still');
  });

  test('where no translation is to be had it stays and is said to be unchecked, but for a number that no passage has', async () => {
    fails();
    const { text, note } = await answered(`${german} [1] ${wrongNumber} [1]`);
    expect(text).toBe(`${german} [1]`);
    expect(note).toContain(
      '1 sentence is in another language and not checked but for its numbers, as no translation was to be had ("Der Graureiher steht still im flachen Wasser, bis ein Fisch …")',
    );
  });

  test.each([
    [`The grey heron stands still in shallow water. [1] Penguins swim under thick ice all winter. [1]`, english],
    [`${german} [1] ${untrue} [1]`, german],
  ])('in one language nothing is translated, and the note says that each was compared', async (written, passage) => {
    const { text, note } = await answered(written, passage);
    expect(text).toBe(written.split('[1]')[0] + '[1]');
    expect(note).toContain('each sentence that cites one was compared by words and names');
    expect(asked()).toEqual([]);
  });
});

describe('of an answer in depth', () => {
  const evidence = [{ id: 'e1', title: 'Herons', url: 'https://example.org/h', source: 'a', text: english }];
  const claims = [german, untrue].map((text) => ({ text, passages: ['e1'] }));

  test.each([
    ['translated', translates, [german]],
    ['unchecked', fails, [german, untrue]],
  ] as const)(
    'a claim across languages is marked as %s, in the notes and in what is made of them',
    async (crossing, plays, kept) => {
      plays();
      mock.on(asksFor('claims'), { content: JSON.stringify({ claims, open_questions: [] }) });
      const input = { root: 'q', question: 'q', evidence, window: 40_000, model: 'm' };
      const drawn = await drawClaims(input, context());
      const expected = kept.map((text) => ({ text, evidence: ['e1'], crossing }));
      expect(drawn.draft.sections.flatMap((section) => section.claims)).toEqual(expected);
      const sections = [{ heading: '', sentences: claims }];
      mock.on(asksFor('draft'), { content: JSON.stringify({ sections }) });
      const composed = await compose(
        { question: 'q', pieces: [drawn.draft], evidence, limit: 4000, last: true, model: 'm' },
        context(),
      );
      expect(composed.draft.sections.flatMap((section) => section.claims)).toEqual(expected);
    },
  );
});

const across = async (claim: string, passages: readonly string[]) =>
  (await checkedAcross((check) => check(claim, passages), context())).result;

test.each([
  ['Le héron cendré se tient immobile dans l’eau peu profonde.', english],
  ['La garza real permanece inmóvil en aguas poco profundas.', english],
  ['苍鹭静静地站在浅水中，直到鱼靠近。', english],
  ['Серая цапля стоит неподвижно на мелководье и ждёт рыбу.', english],
  ['Grey herons nest in colonies high in trees near water.', german],
])('that a sentence is in another language than its passage is seen: %s', async (claim, passage) => {
  fails();
  expect(await across(claim, [passage])).toBe('unchecked');
});

test.each([
  ['Retries are limited to exactly 4711 attempts.', english],
  ['Set `bodyLimit` to 1048576.', english],
  ['undici retries GET, HEAD and OPTIONS.', english],
  ['Penguins swim under thick ice all winter.', english],
  [untrue, german],
  ['42', english],
  ['', ''],
])('a sentence in the language of its passage is no sentence across languages: %s', async (claim, passage) => {
  fails();
  expect(await across(claim, [passage])).toBeUndefined();
  expect(asked()).toEqual([]);
});

test.each([
  `${german} ![](https://evil.example/?q=1)`,
  `${german} ![a [b]](https://example.org/h)`,
  `${german} Siehe https://evil.example/?q=1`,
])('an image, or an address that no passage has, is kept in no language: %s', async (claim) => {
  fails();
  expect(await across(claim, [`${english} https://example.org/h 1`])).toBeUndefined();
  expect(asked()).toEqual([]);
});

test('a translation that leaves out a number, or is one too few, proves nothing', async () => {
  mock.on(asksFor('translations'), { content: JSON.stringify({ translations: ['The grey heron takes fish a day.'] }) });
  expect(await across(daily, [english])).toBeUndefined();
  mock.reset();
  mock.on(asksFor('translations'), { content: JSON.stringify({ translations: [] }) });
  expect(await across(daily, [english])).toBe('unchecked');
});

test('what was checked is said of as many sentences as there are', () => {
  const unchecked = Array.from({ length: 5 }, (_, index) => ({
    text: `Satz ${index}`,
    crossing: 'unchecked' as const,
  }));
  expect(checkedSentence('each sentence', unchecked)).toContain(
    '5 sentences are in another language and not checked but for their numbers, as no translation was to be had ("Satz 0", "Satz 1", "Satz 2", …)',
  );
  expect(checkedSentence('each sentence', [])).toBe(
    'each sentence was compared by words and names with what it cites, and by number, negation, order and words such as only, always and must with the clause nearest to it; what needs understanding was not checked.',
  );
});

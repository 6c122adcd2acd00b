/** An answer that no model wrote says in one sentence where it was asked in one language and found in another. */
import { expect, test } from 'vitest';
import { rank } from '../../../src/agents/research/activities/depth/rank.ts';
import { createDepthActivities } from '../../../src/agents/research/activities/depth/index.ts';
import { languageSentence } from '../../../src/agents/research/activities/languages.ts';
import type { Passage } from '../../../src/agents/research/activities/sources/source.ts';
import { synthesize } from '../../../src/agents/research/activities/synthesize.ts';

const english =
  'The grey heron stands still in shallow water until a fish comes near. It takes what comes by day and by night, and it nests in colonies high in the trees, where both parents brood for about twenty-six days.';
const german =
  'Der Graureiher steht still im flachen Wasser, bis ein Fisch in die Nähe kommt. Er brütet in Kolonien hoch in den Bäumen, und beide Eltern brüten ungefähr sechsundzwanzig Tage lang, bis die Jungen schlüpfen.';
const passage = (text: string): Passage => ({ source: 'a', title: 'Herons', url: '', snippet: '', text });

test.each([
  ['Wie viele Tage brüten die Graureiher?', english, 'German', 'English'],
  ['¿Cómo pesca la garza real en el agua?', english, 'Spanish', 'English'],
  ['Как рыбачит серая цапля?', english, 'Russian', 'English'],
  ['アオサギはどのように魚を捕りますか？', english, 'Japanese', 'English'],
  ['苍鹭如何捕鱼？', english, 'Chinese', 'English'],
  ['How long do both of the parents of a heron brood?', german, 'English', 'German'],
])('%j is said to be in another language than what was found', async (question, text, asked, found) => {
  const sentence = languageSentence(question, [text]);
  expect(sentence).toMatch(
    new RegExp(`^The question is in (?:Mandarin )?${asked} and what was found in ${found}: .* nothing was checked\\.$`),
  );
  const input = { question, failed: {}, successCount: 1, failureCount: 0 };
  const { note } = await synthesize({ ...input, passages: [passage(text)] }, { environment: {} });
  expect(note).toContain(sentence);
  const context = { environment: {}, signal: new AbortController().signal };
  const ranking = { question: 'Graureiher heron', asked: question, passages: [passage(text)], limit: 3 };
  expect(await rank({ ...ranking, embeddingModel: null }, context)).toMatchObject({ languages: sentence });
});

test('where nothing was found at all, the language of a question that is not English is named', async () => {
  const question = 'Wie viele Tage brüten die Graureiher?';
  const nothing = { passages: [], failed: {}, successCount: 1, failureCount: 0 };
  const { note } = await synthesize({ ...nothing, question }, { environment: {} });
  expect(note).toContain('The question is in German: its words find nothing in texts of another language.');
  const facts = createDepthActivities(
    async () =>
      ({
        sources: { names: () => [], folders: () => [], limitOf: String, find: () => passage('') },
        limits: {},
      }) as never,
    {},
  );
  expect(await facts.researchFacts(question)).toMatchObject({ language: expect.stringContaining('in German') });
  expect(await facts.researchFacts()).not.toHaveProperty('language');
  expect((await synthesize({ ...nothing, question: 'How do herons fish?' }, { environment: {} })).note).not.toContain(
    'The question is in',
  );
});

test.each([
  ['How do grey herons fish in shallow water?', english],
  ['Wie viele Tage brüten die Graureiher?', german],
  [
    'How do I solve FST_ERR_DEC_ALREADY_PRESENT?',
    'FST_ERR_DEC_ALREADY_PRESENT: a decorator with the same name is already present; solve it by another name.',
  ],
  ['gRPC?', english],
  ['', english],
])('%j says nothing of languages', (question, text) => {
  expect(languageSentence(question, [text])).toBe('');
});

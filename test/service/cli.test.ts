import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, inject, test } from 'vitest';
import type { RunView } from '../../src/client.ts';
import { eventually } from '../support/temporal.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const histories = fileURLToPath(new URL('../replay/histories', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfold-cli-'));
});

function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const { address } = inject('temporal');
  const env = {
    ...process.env,
    TEMPORAL_ADDRESS: address,
    FANFOLD_HOME: folder,
    FANFOLD_TASK_QUEUE: 'cli',
    NO_COLOR: '1',
    ...environment,
  };
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end();
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, stdout, stderr }));
  return { child, ended, said: () => stdout + stderr };
}

const fanfold = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> => start(args).ended;

async function tasksFile(name: string, tasks: readonly object[], options = {}): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify({ tasks, options }));
  return file;
}

test('research over a folder answers from its documents, with clean JSON on stdout', async () => {
  await mkdir(join(folder, 'docs'));
  await writeFile(
    join(folder, 'docs', 'shipping.md'),
    '# Shipping\n\nOrder 1042 was shipped on Monday by rail and arrives in three days.\n',
  );
  const { code, stdout } = await fanfold(
    'research',
    'When was order 1042 shipped?',
    '--folder',
    'docs',
    '--json',
    '--id',
    'r1',
  );
  expect(code).toBe(0);
  const run = JSON.parse(stdout) as {
    runId: string;
    status: string;
    fanIn: { successCount: number };
    answer: { text: string };
  };
  expect(run).toMatchObject({ runId: 'r1', status: 'completed', fanIn: { successCount: 1 } });
  expect(run.answer.text).toContain('shipped on Monday');
});

test('research in depth over a folder writes its report where it is wanted, and refuses what cannot be meant first', async () => {
  const ask = (...args: string[]) =>
    fanfold('research', 'When was order 1042 shipped?', '--folder', 'docs', '--depth', ...args);
  const { code, stdout, stderr } = await ask('2', '-o', 'report.bib');
  expect(code).toBe(0);
  expect(stdout).toMatch(/Questions\n.*question.*claims/s);
  expect(stderr).toContain('The report is in report.bib');
  expect(await readFile(join(folder, 'report.bib'), 'utf8')).toMatch(/^@misc\{shipping-1,\n {2}title = /);
  expect(await ask('9')).toMatchObject({ code: 2, stderr: expect.stringContaining('whole number from 1 to 4') });
  expect(await ask('2', '-o', 'report.pdf')).toMatchObject({ code: 2, stderr: expect.stringContaining('.md, .json') });
});

test('the same id joins the run instead of starting another, and refuses another question or another kind', async () => {
  const again = (question: string, ...more: string[]) =>
    fanfold('research', question, '--folder', 'docs', '--json', '--id', 'r1', ...more);
  const { code, stdout, stderr } = await again('When was order 1042 shipped?', '--concurrency', '2');
  expect(code).toBe(0);
  expect(stderr).toContain("Joined run 'r1', which was there already: it keeps the options that it began with");
  expect(JSON.parse(stdout)).toMatchObject({ runId: 'r1', answer: { text: expect.stringContaining('Monday') } });
  const other = await again('something else');
  expect(other.code).toBe(2);
  expect(JSON.parse(other.stdout)).toMatchObject({ error: { type: 'RunConflict' } });
  const kind = await fanfold('tasks', await tasksFile('r1.json', [], {}), '--id', 'r1', '--json');
  expect(kind.code).toBe(2);
  expect(JSON.parse(kind.stdout)).toMatchObject({ error: { type: 'RunConflict' } });
});

test('for a person, the answer, the sources and the way back are told', async () => {
  const { code, stdout } = await fanfold('research', 'When was order 1042 shipped?', '--folder', 'docs');
  expect(code).toBe(0);
  for (const part of ['shipped on Monday', 'Sources', 'Timeline', 'No model was used', 'fanfold show'])
    expect(stdout).toContain(part);
  for (const line of stdout.split('\n')) if (!line.includes('http')) expect(line.length).toBeLessThanOrEqual(80);
});

test('a run with too few results exits 1 and says so', async () => {
  // A long deadline: the attempts against the closed port take their time.
  const run = start(['research', 'x', '--source', 'arxiv', '--deadline', '30s', '--json'], {
    FANFOLD_SOURCE_ARXIV_URL: 'http://127.0.0.1:1/',
  });
  const { code, stdout } = await run.ended;
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'failed',
    error: { type: 'InsufficientResultsError' },
    fanIn: { failedTasks: { arxiv: expect.stringContaining('127.0.0.1:1') } },
  });
});

test('wrong use exits 2 and names what is wrong', async () => {
  for (const [args, word] of [
    [['bogus'], 'bogus'],
    [['research', 'x', '--concurrency', '0'], 'concurrency'],
    [['research', 'x', '--deadline', 'soon'], 'deadline'],
    [['show', 'no-such-run'], 'no-such-run'],
    [['extend', 'r1'], 'argument'],
    [['research', 'x', '--folder', 'no-such-folder'], 'no-such-folder'],
  ] as const) {
    const { code, stderr } = await fanfold(...args);
    expect(code, stderr).toBe(2);
    expect(stderr).toContain(word);
  }
});

test('tasks that name no open activity exit 2 with the field and the open names, and nothing is started', async () => {
  const file = await tasksFile('closed.json', [
    { id: 'a', activity: 'echo' },
    { id: 'b', activity: 'executeAction' },
  ]);
  const { code, stderr } = await fanfold('tasks', file, '--id', 'closed-activity');
  expect(code, stderr).toBe(2);
  expect(stderr).toContain('`tasks[1].activity` must name an open activity (there is: echo, searchSource, wait)');
  expect(await fanfold('show', 'closed-activity')).toMatchObject({ code: 2 });
});

test('a server that does not answer exits 3 and says where it was looked for', async () => {
  const { code, stderr } = await start(['runs'], { TEMPORAL_ADDRESS: '127.0.0.1:1' }).ended;
  expect(code).toBe(3);
  expect(stderr).toContain('127.0.0.1:1');
});

test('an interrupted command exits 130, tells how to rejoin, and the run goes on', async () => {
  const file = await tasksFile('slow.json', [{ id: 'slow', activity: 'wait', input: { ms: 4000 } }]);
  const first = start(['tasks', file, '--id', 'slow-run']);
  await eventually(() => (first.said().includes('slow-run') ? true : undefined));
  first.child.kill('SIGINT');
  const { code, stderr } = await first.ended;
  expect(code).toBe(130);
  expect(stderr).toContain('slow-run');
  const second = await fanfold('watch', 'slow-run', '--json');
  expect(second.code).toBe(0);
  expect(JSON.parse(second.stdout)).toMatchObject({ status: 'completed', fanIn: { successCount: 1 } });
});

test('a run can be settled, shown and redriven from the shell', async () => {
  const journal = join(folder, 'journal');
  const tasks = [
    { id: 'good', activity: 'wait', input: { ms: 1, journal } },
    { id: 'bad', activity: 'wait', input: { ms: 1, failures: 1 } },
    { id: 'slow', activity: 'wait', input: { ms: 8000 } },
  ];
  const run = start(['tasks', await tasksFile('mixed.json', tasks, { attempts: 1 }), '--id', 'mixed', '--json']);
  await eventually(async () => {
    const { stdout } = await fanfold('show', 'mixed', '--json');
    const shown = JSON.parse(stdout || '{}') as { progress?: { succeeded: number; failed: number }[] };
    const [now] = shown.progress ?? [];
    return now?.succeeded === 1 && now.failed === 1 ? true : undefined;
  });
  expect((await fanfold('settle', 'mixed')).code).toBe(0);
  expect(JSON.parse((await run.ended).stdout)).toMatchObject({ fanIn: { stoppedBy: 'settleNow', successCount: 1 } });
  const redriven = await fanfold('redrive', 'mixed', '--attempts', '3', '--json', '--id', 'mixed-2');
  expect(JSON.parse(redriven.stdout)).toMatchObject({ redriveOf: 'mixed', fanIn: { successCount: 3 } });
  const starts = (await readFile(journal, 'utf8')).split('\n').filter((line) => line.startsWith('start'));
  expect(starts).toHaveLength(1);
  const { stdout } = await fanfold('runs', '--json');
  expect((JSON.parse(stdout) as { runId: string }[]).map(({ runId }) => runId)).toEqual(
    expect.arrayContaining(['mixed', 'mixed-2']),
  );
});

test('replay exits 0 for the released histories and 1 for a planted mismatch, naming it', async () => {
  const changed = join(folder, 'histories');
  await mkdir(changed);
  const text = await readFile(join(histories, 'run-tasks.json'), 'utf8');
  await writeFile(join(changed, 'released.json'), text);
  expect((await fanfold('replay', changed, '--json')).code).toBe(0);
  await writeFile(join(changed, 'planted.json'), text.replaceAll('"activityId": "a"', '"activityId": "z"'));
  const { code, stdout } = await fanfold('replay', changed);
  expect(code).toBe(1);
  expect(stdout).toContain('✗ planted.json');
  expect(stdout).toContain('✓ released.json');
});

test('replay --open is the gate of a deploy: it replays each open run, and names the one that the new code would break', async () => {
  const gate = { FANFOLD_TASK_QUEUE: 'gate' };
  const none = await start(['replay', '--open'], gate).ended;
  expect([none.code, none.stdout]).toEqual([0, expect.stringContaining('No run is open')]);
  const tasks = [{ id: 'slow', activity: 'wait', input: { ms: 120_000 } }];
  const run = start(['tasks', await tasksFile('open.json', tasks), '--id', 'still-open', '--json'], gate);
  const replayed = await eventually(async () => {
    const { code, stdout } = await start(['replay', '--open', '--json'], gate).ended;
    const answer = JSON.parse(stdout) as { replayed: number };
    return answer.replayed > 0 ? { code, ...answer } : undefined;
  });
  expect(replayed).toMatchObject({ code: 0, failed: 0, results: [{ name: 'still-open', ok: true }] });
  const changed = join(folder, 'changed.ts');
  const workflow = import.meta.resolve('@temporalio/workflow');
  await writeFile(
    changed,
    `import { sleep } from ${JSON.stringify(fileURLToPath(workflow))};\nexport async function runTasks() { await sleep(1000); }\n`,
  );
  const broken = await start(['replay', '--open', '--workflows', changed], gate).ended;
  expect([broken.code, broken.stdout]).toEqual([1, expect.stringContaining('✗ still-open')]);
  expect((await start(['replay', folder, '--open'], gate).ended).code).toBe(2);
  await fanfold('cancel', 'still-open');
  await run.ended;
});

test('the doctor says what is found and that it is ready', async () => {
  const { code, stdout } = await fanfold('doctor', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ runnable: true });
});

test('the first good source is enough when that is what was asked for', async () => {
  const { code, stdout } = await fanfold(
    'research',
    'order 1042',
    '--folder',
    'docs',
    '--source',
    'package-types',
    '--source',
    'package-docs',
    '--first',
    '1',
    '--json',
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ fanIn: { stoppedBy: 'first', successCount: 1 } });
});

test('dead letters tell what failed and why', async () => {
  const { code, stdout } = await fanfold('dead-letters', 'mixed', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ id: 'bad', errors: ['not yet'] }, { id: 'slow' }]);
});

test('the report of a run is one page with its tasks, in which nothing is left unescaped', async () => {
  const file = await tasksFile('markup.json', [
    { id: '<b>bold</b>', activity: 'echo', input: 1 },
    { id: 'bad', activity: 'wait', input: { ms: 1, fail: '<script>' } },
  ]);
  await fanfold('tasks', file, '--id', 'markup');
  const output = join(folder, 'markup.html');
  expect((await fanfold('report', 'markup', '-o', output)).code).toBe(0);
  const page = await readFile(output, 'utf8');
  const [, data = ''] = /<script type="application\/json" id="run">([^<]*)<\/script>/.exec(page) ?? [];
  const { view } = JSON.parse(data) as { view: RunView };
  expect(view.fanIn?.results.map(({ id }) => id)).toEqual(['<b>bold</b>', 'bad']);
  // What a run holds is in no place where it would be read as markup; the rest is the page's own code.
  expect(page.replace(/<script>.*<\/script>/s, '')).not.toMatch(/<b>|https?:\/\//);
});

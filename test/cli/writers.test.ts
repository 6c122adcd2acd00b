/** One hostile text through every writer of what a person reads: no display obeys it, and no link or formula comes of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { traceTable } from '../../src/agents/loop/pure/trace.ts';
import { agentText } from '../../src/agents/loop/text.ts';
import type { AgentAnswer } from '../../src/agents/loop/pure/types.ts';
import { reconcile } from '../../src/agents/reconcile/pure/match.ts';
import { matchDefaults, type Line } from '../../src/agents/reconcile/pure/lines.ts';
import { reconciliationText } from '../../src/agents/reconcile/pure/markdown.ts';
import { reconciliationReport } from '../../src/agents/reconcile/pure/report.ts';
import type { FileRead, ReconciliationAnswer } from '../../src/agents/reconcile/pure/types.ts';
import { reportFile, type ReportFormat } from '../../src/agents/reconcile/text.ts';
import { bibtex } from '../../src/agents/research/pure/bibtex.ts';
import { reportText } from '../../src/agents/research/report.ts';
import { answerText } from '../../src/agents/research/text.ts';
import { tie, type Finding } from '../../src/agents/review/pure/findings.ts';
import { githubAnnotations } from '../../src/agents/review/pure/github.ts';
import { rdjsonOf } from '../../src/agents/review/pure/rdjson.ts';
import { sarifOf } from '../../src/agents/review/pure/sarif.ts';
import type { ReviewReport } from '../../src/agents/review/pure/types.ts';
import { reviewText } from '../../src/agents/review/text.ts';
import { faces } from '../../src/agents/commands.ts';
import { approvalsText } from '../../src/cli/approvals.ts';
import { useEquipment } from '../../src/cli/equipment.ts';
import { deadLettersText } from '../../src/cli/inspect-commands.ts';
import { runsTable } from '../../src/cli/runs-command.ts';
import { limitsTable } from '../../src/cli/limits.ts';
import { progressText } from '../../src/cli/live-progress.ts';
import { outcomeText } from '../../src/cli/outcome.ts';
import { reportPage } from '../../src/cli/report.ts';
import { shellWord, shown } from '../../src/cli/text.ts';
import { fanIn } from '../../src/core/fan-in.ts';
import type { Progress } from '../../src/core/live/control.ts';
import { progressTable } from '../../src/core/live/progress-table.ts';
import type { TaskResult } from '../../src/core/task.ts';
import { cleanJson, logText } from '../../src/core/text/controls.ts';
import { describeProblem, ProblemError } from '../../src/http/problems.ts';
import type { RunView } from '../../src/runs/run-view.ts';

/** What terminals, Markdown, HTML, tables and workflow commands obey, on one line; and the same over several. */
const line =
  '=cmd|calc!A1 \u001B]52;c;cm0=\u0007\u001B]8;;http://evil.example\u001B\\link\u001B[2J\u009B31m\u0007 \u202Egnp.exe\u2066 ' +
  '[click](javascript:alert(1)) ![x](http://evil.example/p.png) <script>alert(1)</script> | cell | `code` \uD800 \uDC00 ' +
  "::error::x'; rm -rf ~ #";
const lines = `${line}\n::warning::forged\n✗ forged after 1 attempts\r\nevil\n\`\`\`\n<script>alert(2)</script>\n| a | b |\n`;
const address = 'javascript:alert(1)//\u001B[2J';

const result: TaskResult = {
  id: lines,
  success: false,
  error: { kind: 'failed', name: lines, message: lines },
  durationMs: 1,
  attempts: 1,
  startedAt: 1,
};
const progress: Progress = {
  name: lines,
  total: 1,
  queued: 0,
  running: 0,
  succeeded: 0,
  failed: 1,
  concurrency: 1,
  startedAt: 1,
  minimum: {},
  tasks: [{ id: lines, state: 'failed', message: lines }],
} as never;
const base = { runId: lines, kind: 'research', startedAt: 1, closedAt: 2 };
const view = {
  ...base,
  status: 'failed',
  fanIn: fanIn([result], { elapsedMs: 1, stoppedBy: 'allSettled' }),
  error: { type: lines, message: lines },
} satisfies RunView;
const running: RunView = { ...base, status: 'running', progress: [progress] };
const citations = [{ number: 1, title: lines, url: address, source: lines }];
const answer = { text: lines, citations, model: null, method: 'extractive', note: lines, missing: [lines] } as const;
const completed: RunView = { ...base, status: 'completed', fanIn: view.fanIn, answer, redriveOf: lines };
const finding = tie(
  {
    path: lines,
    line: 1,
    severity: 'error',
    confidence: 1,
    tool: 'tool',
    rule: lines,
    message: lines,
    help: lines,
    url: address,
  } as never,
  [line],
) as Finding;
const review: ReviewReport = {
  findings: [finding],
  counts: { error: 1, warning: 0, note: 0 },
  files: 1,
  skipped: [{ reason: lines, count: 1, paths: [lines] }],
  analysers: [{ name: lines, version: lines, files: 1 }],
  suppressed: {},
  estimate: null,
  outside: 0,
  cut: 0,
  model: null,
  missing: [lines],
  notes: [lines],
};

function reconciliation(): ReconciliationAnswer {
  const at = (place: string, amount: string): Line => ({
    place: `${place}${line}`,
    date: '2026-03-01',
    amount,
    reference: lines,
    counterparty: `  ${lines}`,
    text: `\t${lines}`,
  });
  const ledger = [at('-1+1', '-5.00')];
  const statement = [at('@SUM(A1)', '6.00')];
  const where = { account: lines, currency: 'EUR' };
  const file = (role: FileRead['role']): FileRead =>
    ({
      name: lines,
      role,
      format: 'CSV',
      sha256: 'a',
      bytes: 1,
      lines: 1,
      chunks: [],
      balances: [],
      notes: [lines],
    }) as never;
  const report = reconciliationReport({
    files: [file('ledger'), file('statement')],
    balances: [],
    read: [
      { ...where, role: 'ledger', lines: 1, total: '-5.00' },
      { ...where, role: 'statement', lines: 1, total: '6.00' },
    ],
    compared: [{ ...where, found: reconcile(ledger, statement, matchDefaults) }],
    rule: matchDefaults,
  });
  return {
    report,
    complete: true,
    stored: { key: 'k', sha256: 'b', bytes: 1 },
    text: reconciliationText(report),
    madeAt: '2026-03-02T00:00:00.000Z',
    signOff: { state: 'signedOff', by: lines, note: lines, at: '2026-03-02T00:00:00.000Z', reportSha256: 'b' },
  };
}

const terminal = { isTTY: true, columns: 80 } as NodeJS.WriteStream;
const paint = (_style: unknown, text: string): string => text;
const options = { width: 80, paint, embedded: false, callOf: (command: string) => command };
const agent: AgentAnswer = {
  text: lines,
  cited: [{ ref: lines, name: lines }],
  actions: [{ state: 'done', by: lines, note: lines }],
  nextAction: lines,
  method: 'rules',
  model: null,
  note: lines,
  trace: [{ step: 'answer', at: 1, note: lines }],
  metrics: {},
} as never;

const onTerminal: Record<string, () => string> = {
  'the outcome of a run': () => outcomeText(view, options),
  'a run of research': () => outcomeText(completed, options),
  'progress in place': () => progressText(running, { ...options, rows: 24, now: 2 }),
  'an answer of research': () => answerText(answer, 80, paint),
  'an answer of support': () => agentText(agent, 80, paint),
  'a review': () => reviewText(review, 80, paint),
  'a reconciliation': () => reconciliation().text,
  'what waits for a person': () =>
    approvalsText(lines, [{ callId: lines, tool: lines, input: lines, until: 1 }], options),
  'the list of runs': () => runsTable([view], paint),
  'the list of limits': () =>
    limitsTable([{ name: lines, inFlight: 0, queued: 0, concurrency: 1, throttled: 0, processes: 0 } as never], 1),
  'dead letters': () => deadLettersText([{ id: lines, attempts: 1, errors: [lines] } as never]),
  'an error': () => `fanfold: ${lines}`,
};
async function reconciliationFile(format: ReportFormat): Promise<string> {
  const { report } = reconciliation();
  let text = '';
  for await (const piece of reportFile(format, reconciliation(), {
    report,
    async *matches() {
      yield report.matched;
    },
  }))
    text += piece;
  return text;
}

const asMarkdown: Record<string, () => string | Promise<string>> = {
  'report.md of research': () => reportText(lines, answer, 'markdown'),
  'the report of a reconciliation': () => reconciliationFile('md'),
  'the tables in the Web UI': () => progressTable([progress]),
  "an agent's table in the Web UI": () => traceTable([{ step: 'answer', at: 1, note: lines }] as never),
};
const asJson: Record<string, () => string | Promise<string>> = {
  SARIF: () => cleanJson(sarifOf(review, '1.0.0')),
  rdjson: () => cleanJson(rdjsonOf(review)),
  'a report of research': () => reportText(lines, answer, 'json'),
  'a report of a reconciliation': () => reconciliationFile('json'),
  'a problem document': () =>
    cleanJson(describeProblem(new ProblemError(409, lines, {}, { field: lines }), lines).problem),
};

// oxlint-disable-next-line no-control-regex -- they are what must not be there
const obeyed = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/;

function expectClean(text: string): void {
  expect(text).not.toMatch(obeyed);
  expect(Buffer.from(text).toString()).toBe(text);
  expect(text.length).toBeGreaterThan(20);
}

test.each(Object.entries(onTerminal))('on a terminal: %s', (_name, write) => {
  useEquipment({ faces } as never);
  expectClean(shown(write(), terminal));
});

const source = fileURLToPath(new URL('../../src/', import.meta.url));

test('nothing else writes to the terminal: each of these cleans what it writes, or is given what is clean', () => {
  const writers = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) =>
      /^(?!\s*\*).*(?:process\.std(?:out|err)\.write|console\.\w+)\(/m.test(readFileSync(join(source, file), 'utf8')),
    );
  expect(writers.toSorted()).toEqual(['cli/exit.ts', 'cli/output.ts', 'packages/tracing.ts', 'worker.ts']);
});

test('on a terminal no id or error begins an entry of its own', () => {
  expect(deadLettersText([{ id: lines, attempts: 1, errors: [lines] } as never]).split('\n')).toHaveLength(1);
  const [first, ...more] = logText(`one\n${lines}`).split('\n');
  expect(first).toBe('one');
  for (const each of more) expect(each).toMatch(/^ {2}/);
});

test('a command that is shown to be copied is one word where it names a run', () => {
  expect(shellWord('map-1/2')).toBe('map-1/2');
  expect(shellWord("a'; rm -rf ~ #")).toBe(`'a'\\''; rm -rf ~ #'`);
  expect(shellWord('--help')).toBe(`'--help'`);
  expect(outcomeText(view, options)).not.toMatch(/show =cmd/);
});

test.each(Object.entries(asMarkdown))('as Markdown: %s', async (_name, write) => {
  const text = await write();
  expectClean(text);
  const outside = withoutFences(text);
  expect(outside).not.toMatch(/(?<!\\)<script/i);
  expect(outside).not.toMatch(/(?<!\\)\]\((?!\\)\s*(?!https?:)/i);
  expect(outside).not.toMatch(/(?<!\\)!\[/);
  for (const row of outside.split('\n').filter((each) => each.startsWith('|')))
    expect(row.match(/(?<!\\)\|/g)?.length, row).toBe(cellsOf(outside, row));
});

/** As many bars as the head of the row's table has. */
function cellsOf(text: string, row: string): number | undefined {
  const all = text.split('\n');
  let at = all.indexOf(row);
  while (at > 0 && all[at - 1]?.startsWith('|')) at -= 1;
  return all[at]?.match(/(?<!\\)\|/g)?.length;
}

function withoutFences(text: string): string {
  return text.replaceAll(/^(`{3,})[^`\n]*\n[\s\S]*?^\1`*$/gm, '');
}

test.each(Object.entries(asJson))('as JSON: %s', async (_name, write) => {
  const text = await write();
  expect(text).not.toMatch(obeyed);
  expect(Buffer.from(text).toString()).toBe(text);
  expect(text).not.toContain('helpUri');
  JSON.parse(text);
});

test('as HTML it makes no element and no link', () => {
  for (const each of [view, completed]) {
    // The code and the style are ours, and the run is JSON in which no element begins.
    const page = reportPage(each, { face: faces[0] });
    const [, head = '', run = ''] = /^(.*?)<style>.*?<\/style>(.*?)<script>/s.exec(page) ?? [];
    const [, data = ''] = /<script type="application\/json" id="run">(.*)<\/script>/s.exec(run) ?? [];
    expect(JSON.parse(data)).toMatchObject({ view: { runId: each.runId } });
    expect(data).not.toContain('<');
    for (const text of [head, run]) expectClean(text);
    expect(head).not.toMatch(/<(script|img|a)\b/i);
  }
});

test('as CSV no cell is a formula, and amounts stay numbers', async () => {
  const text = await reconciliationFile('csv');
  expectClean(text);
  const rows = parse<Record<string, string>>(text, { columns: true });
  expect(rows.map(({ amount }) => amount)).toEqual(expect.arrayContaining(['-5.00', '6.00']));
  for (const cell of rows.flatMap((row) => Object.values(row)))
    if (!/^-?\d+\.\d+$/.test(cell)) expect(cell).not.toMatch(/^\s*[=+\-@\uFF1D]/);
});

test('as annotations of GitHub it begins no command of its own', () => {
  const text = githubAnnotations(review);
  expectClean(text);
  expect(text.trimEnd().split('\n')).toHaveLength(3);
});

test('as BibTeX an address that is none is a note', () => {
  const text = bibtex(citations);
  expectClean(text);
  expect(text).not.toMatch(/^\s*url = /m);
  expect(bibtex([{ ...citations[0], url: 'https://a.example/x' } as never])).toContain('url = {https://a.example/x}');
});

import { createRequire } from 'node:module';
import type { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fanIn } from '../../../src/core/fan-in.ts';
import { severities, tie } from '../../../src/agents/review/pure/findings.ts';
import { reviewReport } from '../../../src/agents/review/pure/report.ts';
import type { Found, ReviewPlan } from '../../../src/agents/review/pure/types.ts';
import { sarifOf } from '../../../src/agents/review/pure/sarif.ts';

const require = createRequire(import.meta.url);
const schema = require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as object;
// The schema is of JSON schema's draft 4, which Ajv itself has left behind.
const { default: Draft4 } = require('ajv-draft-04') as { default: typeof Ajv };
const { default: addFormats } = require('ajv-formats') as { default: (target: Ajv) => void };
const ajv = new Draft4({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats(ajv);
const validate = ajv.compile(schema);

const plan: ReviewPlan = {
  root: '/r',
  model: false,
  files: [],
  analysers: [],
  skipped: [{ reason: 'binary', count: 2, paths: ['x.js'] }],
  notes: ['a note'],
};

const reportWith = (found: Partial<Found>) =>
  reviewReport(
    {},
    plan,
    fanIn<Found>(
      [
        {
          id: 'a',
          success: true,
          result: { findings: [], cut: 0, outside: 0, notes: [], ...found },
          durationMs: 1,
          attempts: 1,
          startedAt: 1,
        },
        { id: 'b', success: false, error: { kind: 'failed', name: 'X', message: 'no' }, durationMs: 1, attempts: 1 },
      ],
      { elapsedMs: 1, stoppedBy: 'allSettled' },
    ),
  );

const claim = fc.record(
  {
    path: fc.string({ minLength: 1, unit: 'grapheme' }),
    line: fc.integer({ min: 1, max: 3 }),
    endLine: fc.integer({ min: 1, max: 9 }),
    column: fc.integer({ min: -1, max: 9 }),
    severity: fc.constantFrom(...severities),
    confidence: fc.double(),
    tool: fc.constantFrom('oxlint', 'model'),
    rule: fc.string({ minLength: 1 }),
    message: fc.string({ minLength: 1 }),
    help: fc.string(),
    url: fc.webUrl(),
  },
  { requiredKeys: ['path', 'line', 'severity', 'confidence', 'tool', 'rule', 'message'] },
);

test('every report is valid SARIF 2.1.0', () => {
  fc.assert(
    fc.property(fc.array(claim, { maxLength: 6 }), (claims) => {
      const findings = claims.flatMap((each) => tie(each, ['one', 'two', 'three']) ?? []);
      const log = JSON.parse(JSON.stringify(sarifOf(reportWith({ findings, cut: 3, outside: 1 }), '1.2.3'))) as object;
      validate(log);
      expect(validate.errors).toBeNull();
    }),
  );
});

test('the schema is not satisfied by anything', () => {
  expect(validate({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false);
});

test('a result names its rule, its place and what a host recognises it by', () => {
  const finding = tie(
    {
      path: 'a b/ü.ts',
      line: 2,
      column: 3,
      severity: 'error',
      confidence: 0.9,
      tool: 'oxlint',
      rule: 'r',
      message: 'm',
    },
    ['one', 'two'],
  );
  const [run] = sarifOf(reportWith({ findings: finding ? [finding] : [] }), '1.2.3').runs;
  expect(run?.results).toMatchObject([
    {
      ruleId: 'oxlint/r',
      ruleIndex: 0,
      level: 'error',
      rank: 90,
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'a%20b/%C3%BC.ts' },
            region: { startLine: 2, endLine: 2, startColumn: 3, snippet: { text: 'two' } },
          },
        },
      ],
    },
  ]);
  const moved = finding && { ...finding, line: 9, endLine: 9 };
  const [other] = sarifOf(reportWith({ findings: moved ? [moved] : [] }), '1.2.3').runs;
  expect(other?.results?.[0]?.partialFingerprints).toEqual(run?.results?.[0]?.partialFingerprints);
});

test('what an analyser did not look at is told from what a model did not answer, whatever a file is called', () => {
  const names = ['a.py', 'b (model): c.py', 'constructor'];
  const files = names.map((path) => ({ path, language: 'python', parts: [0] }));
  const failed = ['(oxlint)', 'b (model): c.py', 'a.py (model)'].map((id) => {
    const error = { kind: 'failed', name: 'X', message: 'no' } as const;
    return { id, success: false, error, durationMs: 1, attempts: 1 } as const;
  });
  const analysers = [{ id: 'oxlint', tool: 'oxlint', files: [0] }] as const;
  const unread = {
    id: 'a.py',
    success: true,
    result: { findings: [], cut: 0, outside: 0, notes: [], unread: 'a.py was not analysed by ruff: no' },
    durationMs: 1,
    attempts: 1,
    startedAt: 1,
  } as const;
  const results = fanIn<Found>([unread, ...failed], { elapsedMs: 1, stoppedBy: 'allSettled' });
  expect(reviewReport({}, { ...plan, model: true, files, analysers }, results).unchecked).toEqual([
    'no result of (oxlint): no',
    'no result of b (model): c.py: no',
    'a.py was not analysed by ruff: no',
  ]);
});

test('a report stays within what a message bears, keeps the worst, and says how many it cut', () => {
  const findings = Array.from({ length: 5000 }, (_, index) => ({
    path: `f${index}.ts`,
    line: 1,
    endLine: 1,
    severity: index === 4321 ? ('error' as const) : ('warning' as const),
    confidence: 0.5,
    tool: 'model',
    rule: 'r',
    message: `${index} ${'漢'.repeat(100)}`,
    excerpt: [],
  }));
  const report = reportWith({ findings, cut: 7 });
  expect(Buffer.byteLength(JSON.stringify(report))).toBeLessThan(450_000);
  expect(report.findings[0]?.path).toBe('f4321.ts');
  expect(report.cut).toBe(5000 - report.findings.length + 7);
  expect(report.counts).toEqual({ error: 1, warning: 4999, note: 0 });
  expect(report.missing).toEqual(['b: no']);
});

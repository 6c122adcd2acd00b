/** Rules that nobody has marked: as sure as the others of their kind, and the kinds as the guide to the measures has them. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { expectedOfKind, kindOf, ofKinds } from '../../../src/agents/review/pure/kinds-of-rules.ts';
import { measured } from '../../../src/agents/review/pure/measured.ts';
import { confidenceOf } from '../../../src/agents/review/pure/precision.ts';

const linted = (tool: string, rule: string): number =>
  confidenceOf({ path: 'a', line: 1, severity: 'error', confidence: 0.9, tool, rule, message: 'm' }, ['x']);
const guideFile = new URL('../../../bench/quality/review/README.md', import.meta.url);

test.each([
  // By nature a fault, and seen by nobody yet.
  ['oxlint', 'no-unsafe-finally', true],
  ['oxlint', 'no-self-compare', true],
  ['oxlint', 'no-dupe-else-if', true],
  ['ruff', 'F502', true],
  ['ruff', 'F702', true],
  ['ruff', 'PLE0118', true],
  // Of kinds that are habits more often than faults.
  ['ruff', 'ASYNC251', false],
  ['ruff', 'B027', false],
  ['shellcheck', 'SC2009', false],
  ['shellcheck', 'SC3057', false],
  ['oxlint', 'unicorn/no-new-array', false],
])(
  'of a whole project a rule that nobody has marked is as sure as the others of its kind: %s/%s is told %s',
  (tool, rule, isTold) => {
    expect(measured[`${tool}/${rule}`]).toBeUndefined();
    expect(linted(tool, rule) >= 0.5).toBe(isTold);
  },
);

test('the kinds are the mean of their rules, drawn towards their analyser, and stand so in the guide to the measures', async () => {
  const of = (name: string): number[] =>
    Object.entries(measured)
      .filter(([each]) => kindOf(each) === kindOf(name))
      .map(([, [useful, count]]) => useful / count);
  const mean = (shares: readonly number[]): number => shares.reduce((sum, each) => sum + each, 0) / shares.length;
  const ofRuff = Object.entries(measured).flatMap(([name, [useful, count]]) =>
    name.startsWith('ruff/') ? [useful / count] : [],
  );
  const shares = of('ruff/PLE1205');
  const expected = (mean(shares) * shares.length + mean(ofRuff) * 2) / (shares.length + 2);
  expect(linted('ruff', 'PLE0118')).toBeCloseTo(expected, 10);
  const guide = await readFile(guideFile, 'utf8');
  const rows = [...ofKinds].flatMap(([kind, { rules, share }]) => {
    const [tool = ''] = kind.split(/[ ,]/);
    if (!divided.has(tool)) return [];
    const name = Object.keys(measured).find((each) => kindOf(each) === kind) ?? '';
    return [[kind, `${rules}`, share.toFixed(2), expectedOfKind(name).toFixed(2)]];
  });
  const told = guide.split('\n').filter((line) => divided.has(/^\| (\w+)/.exec(line)?.[1] ?? ''));
  expect(
    told
      .map((line) =>
        line
          .split('|')
          .slice(1, 5)
          .map((cell) => cell.trim()),
      )
      .toSorted(),
  ).toEqual(rows.toSorted());
});
const divided = new Set(['oxlint', 'ruff', 'shellcheck']);

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  byRank,
  excerptLines,
  nameOf,
  printable,
  severities,
  tie,
  touches,
  type ReviewClaim,
  type Finding,
} from '../../../src/agents/review/pure/findings.ts';
import { fingerprint } from '../../../src/agents/review/pure/fingerprint.ts';
import { gathered } from '../../../src/agents/review/pure/gathered.ts';
import { areDoubles, folded, isKnown, merge } from '../../../src/agents/review/pure/merge.ts';

const words = ['unused', 'variable', 'missing', 'await', 'leak', 'query', 'input', 'never'];
const position = fc.integer({ min: -2, max: 30 });

const claim: fc.Arbitrary<ReviewClaim> = fc.record(
  {
    path: fc.constantFrom('a.ts', 'b.ts'),
    line: position,
    endLine: position,
    column: position,
    severity: fc.constantFrom(...severities),
    confidence: fc.double(),
    tool: fc.constantFrom('oxlint', 'typescript', 'model'),
    rule: fc.constantFrom('no-unused-vars', 'typescript/no-unused-vars', 'bug', 'TS6133'),
    message: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 }).map((each) => each.join(' ')),
  },
  { requiredKeys: ['path', 'line', 'severity', 'confidence', 'tool', 'rule', 'message'] },
);
const lines = Array.from({ length: 20 }, (_, index) => `const line${index + 1} = ${index};`);
const findings = fc.array(claim, { maxLength: 25 }).map((claims) => claims.flatMap((each) => tie(each, lines) ?? []));

test('a finding is tied to lines that exist, whatever was claimed', () => {
  fc.assert(
    fc.property(claim, fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 8 }), (given, text) => {
      const finding = tie(given, text);
      if (!finding) {
        expect(given.line < 1 || given.line > text.length).toBe(true);
        return;
      }
      expect(finding.line).toBe(given.line);
      expect(finding.endLine).toBeGreaterThanOrEqual(finding.line);
      expect(finding.endLine).toBeLessThanOrEqual(text.length);
      expect(finding.confidence).toBeGreaterThanOrEqual(0);
      expect(finding.confidence).toBeLessThanOrEqual(1);
      expect(finding.excerpt.length).toBe(Math.min(excerptLines, finding.endLine - finding.line + 1));
    }),
  );
});

test('a quote is where the finding says, or in one other place, or there is no finding', () => {
  fc.assert(
    fc.property(claim, fc.integer({ min: 1, max: 20 }), (given, number) => {
      const quote = `line${number} =`;
      // `line1 =` stands once, as the blank tells it from `line10 =`.
      const finding = tie(given, lines, quote);
      expect(finding).toBeDefined();
      const quoted = lines.slice((finding?.line ?? 0) - 1, finding?.endLine).join('\n');
      expect(quoted).toContain(quote);
      expect(tie(given, lines, 'line99 =')).toBeUndefined();
    }),
  );
});

test('what stands in many places is tied to the one nearest to its line, and only brackets tie nothing', () => {
  const given = {
    line: 3,
    severity: 'error',
    confidence: 1,
    tool: 'model',
    rule: 'bug',
    message: 'm',
    path: 'a',
  } as const;
  // Of several places, the nearest; where no line is named, none.
  expect(tie(given, ['same text', 'same text', 'other'], 'same text')).toMatchObject({ line: 2 });
  expect(tie({ ...given, line: 99 }, ['same text', 'same text', 'other'], 'same text')).toBeUndefined();
  expect(tie({ ...given, line: 2 }, ['same text', 'same text', 'other'], 'same text')).toMatchObject({ line: 2 });
  expect(tie(given, ['a', 'b', '})'], '})')).toBeUndefined();
  expect(tie(given, ['first();', '  second( 1,\t2 );', 'x'], 'second( 1, 2 );')).toMatchObject({ line: 2, endLine: 2 });
});

test('merging leaves no doubles, loses nobody, and the order of the input does not matter', () => {
  fc.assert(
    fc.property(findings, fc.nat(), (given, turn) => {
      const merged = merge(given);
      merged.forEach((a, index) => {
        for (const b of merged.slice(index + 1)) expect(areDoubles(a, b)).toBe(false);
      });
      for (const finding of given) {
        const heir = merged.find((each) => {
          const names = [nameOf(each), ...(each.also ?? [])];
          return each.path === finding.path && names.includes(nameOf(finding));
        });
        expect(heir).toBeDefined();
      }
      const at = given.length === 0 ? 0 : turn % given.length;
      expect(merge([...given.slice(at), ...given.slice(0, at)].toReversed())).toEqual(merged);
      expect(merge(merged)).toEqual(merged);
    }),
  );
});

test('what each analyser said again and again keeps all of its lines, its count and its author when all are merged', () => {
  const one = fc.record({
    line: fc.integer({ min: 1, max: 12 }),
    tool: fc.constantFrom('oxlint', 'eslint', 'typescript'),
    rule: fc.constantFrom('no-unused-vars', 'eqeqeq'),
    severity: fc.constantFrom(...severities),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 20 }), (all) => {
      const said = all.map((each) => ({ ...at(each), endLine: each.line, message: `one of ${each.rule}` }));
      const tools = ['oxlint', 'eslint', 'typescript'].map((name) => said.filter(({ tool }) => tool === name));
      const merged = folded(merge(tools.flatMap((own) => folded(merge(own)))));
      const places = new Set(said.map(({ line, rule }) => `${line} ${rule}`));
      expect(merged.reduce((sum, { times = 1 }) => sum + times, 0)).toBeGreaterThanOrEqual(places.size);
      for (const { times = 1, more = [] } of merged) expect(times).toBeGreaterThanOrEqual(more.length + 1);
      for (const finding of said) {
        const heir = merged.find(
          (each) =>
            [nameOf(each), ...(each.also ?? [])].includes(nameOf(finding)) &&
            [each.line, ...(each.more ?? [])].includes(finding.line),
        );
        expect(heir).toBeDefined();
      }
    }),
  );
});

test('the worst and surest comes first', () => {
  fc.assert(
    fc.property(findings, (given) => {
      const merged = merge(given);
      merged.slice(1).forEach((finding, index) => {
        expect(byRank(merged[index] as Finding, finding)).toBeLessThanOrEqual(0);
      });
      const worst = given.map(({ severity }) => severities.indexOf(severity));
      if (merged[0]) expect(severities.indexOf(merged[0].severity)).toBe(Math.min(...worst));
    }),
  );
});

const at = (more: Partial<Finding>): Finding => ({
  path: 'a.ts',
  line: 4,
  endLine: 4,
  severity: 'warning',
  confidence: 0.9,
  tool: 'oxlint',
  rule: 'no-unused-vars',
  message: "Variable 'a' is declared but never used",
  excerpt: [],
  ...more,
});

test('two analysers that say the same are one finding that names both', () => {
  const other = at({ tool: 'eslint', rule: 'typescript/no-unused-vars', severity: 'error', message: 'a is unused' });
  expect(merge([at({}), other])).toEqual([{ ...other, also: ['oxlint/no-unused-vars'] }]);
  const model = at({ tool: 'model', rule: 'bug', message: 'the variable a is declared but never used here' });
  expect(merge([at({}), model])).toHaveLength(1);
  expect(merge([at({}), { ...model, line: 5, endLine: 5 }])).toHaveLength(2);
});

test('one analyser may say nearly the same twice of one line', () => {
  expect(merge([at({}), at({ message: "Variable 'b' is declared but never used", column: 9 })])).toHaveLength(2);
  expect(merge([at({}), at({})])).toHaveLength(1);
});

test('text of a reviewed file or a model cannot steer a terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(`${text}\u001B[2Jx\u202E\r\n`)).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    }),
  );
  const finding = tie({ ...at({}), line: 1, message: 'a\u001B[31mb', url: 'javascript:alert(1)' }, [
    '\u001B]0;x\u0007y',
  ]);
  expect(finding).toMatchObject({ message: 'a[31mb', excerpt: [']0;xy'] });
  expect(finding?.url).toBeUndefined();
});

test('only findings that touch the changed lines count', () => {
  expect(touches(at({ line: 3, endLine: 5 }), [[5, 9]])).toBe(true);
  expect(touches(at({ line: 3, endLine: 4 }), [[5, 9]])).toBe(false);
  expect(touches(at({}), [])).toBe(false);
  expect(touches(at({}), undefined)).toBe(true);
});

test('a name that three files use and none defines is told once, with how many files use it', () => {
  const used = (path: string, name: string): Finding =>
    tie(
      {
        path,
        line: 1,
        severity: 'error',
        confidence: 0.9,
        tool: 'ruff',
        rule: 'F821',
        message: `Undefined name \`${name}\``,
      },
      [name],
    )!;
  const paths = ['a.py', 'b.py', 'c.py'];
  const all = [...paths.map((path) => used(path, 'logger')), used('a.py', 'typo'), used('b.py', 'typo')].toSorted(
    byRank,
  );
  const found = gathered(all);
  expect(found.map(({ path, severity, times, message }) => [path, severity, times, message])).toEqual([
    ['a.py', 'error', undefined, 'Undefined name `typo`'],
    ['b.py', 'error', undefined, 'Undefined name `typo`'],
    ['a.py', 'warning', 3, 'Undefined name `logger`, in several files: what loads them may put it there'],
  ]);
  const known = new Set(all.map(fingerprint));
  expect(found.every((finding) => isKnown(finding, known))).toBe(true);
  known.delete(fingerprint(used('c.py', 'logger')));
  expect(found.filter((finding) => !isKnown(finding, known)).map(({ times }) => times)).toEqual([3]);
});

test('what cannot be parsed in several files is told, as one finding with its places', () => {
  const said = (path: string): Finding =>
    tie(
      {
        path,
        line: 1,
        severity: 'warning',
        confidence: 0.8,
        tool: 'syntax',
        rule: 'syntax',
        message: 'The syntax is not understood from here',
      },
      ['x'],
    )!;
  const all = gathered(['a.php', 'b.php', 'c.php', 'a.go'].map(said));
  expect(all).toMatchObject([
    { path: 'a.php', severity: 'warning', times: 4, places: [{ path: 'b.php' }, { path: 'c.php' }, { path: 'a.go' }] },
  ]);
});

/** A comment that answers another tool's finding answers the same finding here, and no other. */
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/agents/review/pure/findings.ts';
import { isMarked } from '../../../src/agents/review/pure/marks.ts';
import { judged } from '../../../src/agents/review/pure/settings.ts';

const finding = (name: string, line: number, path = 'a'): Finding => {
  const [tool = '', rule = ''] = name.split('/');
  const place = { path, line, endLine: line, column: 1, excerpt: [], fingerprint: '' };
  return { ...place, severity: 'warning', confidence: 1, tool, rule, message: '' } as unknown as Finding;
};
const marked = (name: string, text: string, line = 1): boolean => isMarked(finding(name, line), text.split('\n'));

describe('a finding of the same kind', () => {
  test.each([
    ['syntax/shell-command', 'run(x) # nosec'],
    ['ruff/S608', 'q = f"…"  # nosec B608'],
    ['syntax/shell-command', 'exec.Command(x) // #nosec G204 -- the input is ours'],
    ['syntax/sql-formatted', 'db.Query(x) //nolint:gosec // checked above'],
    ['syntax/sql-formatted', 'db.query(x); // nosemgrep: javascript.lang.security.sql-injection'],
    ['ruff/S110', 'except Exception:  # noqa: S110'],
    ['ruff/B018', 'x  # noqa'],
    ['ruff/F821', 'x = reveal(y)  # type: ignore[name-defined]'],
    ['syntax/unbounded-copy', 'strcpy(a, b); // NOLINT(clang-analyzer-security.insecureAPI.strcpy, unbounded-copy)'],
    ['syntax/unbounded-copy', 'strcpy(a, b); // NOLINT'],
    ['syntax/eval', 'eval(x) # rubocop:disable Security/Eval'],
    ['syntax/weak-hash', 'md5(x); // NOSONAR'],
    ['secrets/password', 'token = "abc" # gitleaks:allow'],
    ['secrets/aws-access-key', 'key = "AKIA" # pragma: allowlist secret'],
  ])('%s is answered by %s', (name, line) => {
    expect(marked(name, line)).toBe(true);
    expect(marked(name, line.replace(/\s*(?:#|\/\/).*/, ''))).toBe(false);
  });

  test.each([
    ['oxlint/no-eval', '// eslint-disable-next-line no-eval -- it is ours\neval(x)', 2],
    ['syntax/shell-command', '/* eslint-disable-next-line security/detect-child-process */\nexec(`${x}`)', 2],
    ['syntax/unquoted-removal', '#!/bin/sh\nset -e\n# shellcheck disable=SC2086\n# as there is one\nrm $x', 5],
    ['syntax/unquoted-removal', '#!/bin/sh\n# shellcheck disable=SC2086\nset -e\nrm $x', 4],
    ['dockerfile/add-remote', '# hadolint ignore=DL3020\nADD https://a b', 2],
    ['typescript/2322', '// @ts-expect-error it is older\nx = 1', 2],
    ['syntax/rescue-exception', '# rubocop:disable Lint/RescueException\nfoo\nrescue Exception', 3],
    ['syntax/empty-catch', '// NOLINTBEGIN\ncatch (...) {}\n// NOLINTEND', 2],
    ['oxlint/no-empty', '/* eslint-disable */\nfoo()\ncatch {}', 3],
  ])('%s is answered by what stands above it', (name, text, line) => {
    expect(marked(name, text, line)).toBe(true);
  });
});

describe('no other finding', () => {
  test.each<[string, string, number?]>([
    ['syntax/sql-formatted', 'db.query(x) // eslint-disable-line no-console'],
    ['ruff/S608', 'q = f"…"  # noqa: E501'],
    ['ruff/B018', 'x  # nosec'],
    ['secrets/aws-access-key', 'key = "AKIA"  # noqa'],
    ['secrets/aws-access-key', 'key = "AKIA" // eslint-disable-line'],
    ['ruff/S608', 'q = f"…"  # type: ignore'],
    ['model/security', 'run(x) # nosec'],
    ['syntax/eval', 'eval(x) # rubocop:disable Style/StringLiterals'],
    ['syntax/eval', 'a # nosec\neval(x)', 2],
    ['syntax/eval', '# rubocop:disable Security/Eval\nfoo\n# rubocop:enable Security/Eval\neval(x)', 4],
    ['oxlint/no-eval', '// eslint-disable-next-line no-eval\nfoo()\neval(x)', 3],
    ['syntax/unquoted-removal', 'set -e\n# shellcheck disable=SC2086\nrm $x\nrm $x', 4],
    ['syntax/eval', 'the word nosec in prose: eval(x)'],
    ['syntax/unquoted-removal', '# shellcheck disable\nrm $x', 2],
  ])('%s is not answered by %s', (name, text, line = 1) => {
    expect(marked(name, text, line)).toBe(false);
  });
});

describe('what is no comment in its language', () => {
  test.each<[string, string, string, number?]>([
    ['a.js', 'syntax/shell-command', 'exec(`rm ${x} # nosec`)'],
    ['a.js', 'syntax/shell-command', 'exec("rm " + x + " // nosemgrep")'],
    ['a.js', 'syntax/eval', "const mark = '// eslint-disable-next-line';\neval(x)", 2],
    ['a.ts', 'syntax/eval', 'const text = `\n/* eslint-disable */\n`;\neval(x)', 4],
    ['a.py', 'ruff/S307', 'text = """\n# nosec\neval(x)  # nosec\n"""', 3],
    ['a.py', 'ruff/S307', 'eval("x")  // nosemgrep'],
    ['a.json', 'secrets/aws-access-key', '{"key": "AKIA gitleaks:allow"}'],
    ['a.py', 'secrets/aws-access-key', 'key = "AKIA # nosec"'],
    ['a.c', 'syntax/unbounded-copy', '// NOLINTNEXTLINE\n#define A 1\nstrcpy(a, b);', 3],
  ])('silences nothing: %s, %s in %s', (path, name, text, line = 1) => {
    expect(isMarked(finding(name, line, path), text.split('\n'))).toBe(false);
  });

  test.each<[string, string, string, number?]>([
    ['a.py', 'ruff/S307', "x = 'a#b' + eval(y)  # nosec"],
    ['a.go', 'syntax/shell-command', 'exec.Command("a // b", x) // #nosec'],
    ['a.ts', 'oxlint/no-eval', "/* it's\n eslint-disable-next-line no-eval */\neval(x)", 3],
    ['a.tsx', 'oxlint/no-eval', '{/* eslint-disable-next-line -- it is ours */}\n{eval(x)}', 2],
    ['a.py', 'ruff/S307', 'text = """one # two"""\neval(x)  # nosec', 2],
    ['a.ts', 'oxlint/no-eval', 'const text = `a\nb`; eval(x) // eslint-disable-line', 2],
    ['a.html', 'secrets/token', '<!-- gitleaks:allow -->\n<i t="abc">', 2],
  ])('but a comment of it does: %s, %s in %s', (path, name, text, line = 1) => {
    expect(isMarked(finding(name, line, path), text.split('\n'))).toBe(true);
  });

  test('all rules of a linter are none of secrets', () => {
    for (const mark of ['// nolint:all', '# pylint: disable=all', '// eslint-disable-line *']) {
      expect(marked('secrets/aws-access-key', `key = "AKIA" ${mark}`)).toBe(false);
      expect(marked('syntax/eval', `eval(x) ${mark}`)).toBe(true);
    }
    expect(marked('syntax/empty-catch', 'x() // nolint:bandit')).toBe(false);
  });
});

test('what is answered so is counted under a reason of its own', () => {
  const settings = { rules: {}, overrides: [], isTest: () => false };
  const found = judged(
    [finding('syntax/eval', 1), finding('syntax/eval', 2)],
    ['eval(x) # nosec', 'eval(x)'],
    settings,
  );
  expect(found.suppressed).toEqual({ marked: 1 });
  expect(found.kept).toHaveLength(1);
});

test('a file of marks alone is read in one pass', () => {
  const lines = Array.from({ length: 20_000 }, () => '# rubocop:disable Security/Eval');
  const began = process.cpuUsage().user;
  expect(isMarked(finding('syntax/eval', 20_000), lines)).toBe(true);
  expect(process.cpuUsage().user - began).toBeLessThan(3_000_000);
});

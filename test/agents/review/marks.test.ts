/** A comment that answers another tool's finding answers the same finding here, and no other. */
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/agents/review/pure/findings.ts';
import { isMarked } from '../../../src/agents/review/pure/marks.ts';
import { judged } from '../../../src/agents/review/pure/settings.ts';

const finding = (name: string, line: number): Finding => {
  const [tool = '', rule = ''] = name.split('/');
  const place = { path: 'a', line, endLine: line, column: 1, excerpt: [], fingerprint: '' };
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

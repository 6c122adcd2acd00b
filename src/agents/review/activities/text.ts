/** What is wrong in a file of any language: text that should not be there at all. */
import type { Claim, Severity } from '../pure/findings.ts';

interface TextRule {
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: number;
  readonly message: string;
  readonly pattern: RegExp;
}

const rules: readonly TextRule[] = [
  {
    rule: 'merge-conflict',
    severity: 'error',
    confidence: 0.95,
    message: 'A mark of a merge conflict was left behind',
    pattern: /^(<{7} |>{7} )\S/,
  },
  {
    rule: 'hidden-direction',
    severity: 'error',
    confidence: 0.9,
    message: 'A character turns the direction of reading, so that the code is not what it looks like',
    pattern: /[\u202A-\u202E\u2066-\u2069]/,
  },
  {
    rule: 'private-key',
    severity: 'error',
    confidence: 0.8,
    message: 'A private key is in the source',
    pattern: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*$/,
  },
];

export function textRules(path: string, lines: readonly string[]): Claim[] {
  return rules.flatMap(({ pattern, ...rule }) =>
    lines.flatMap((line, index) => {
      const column = line.search(pattern) + 1;
      return column === 0 ? [] : [{ path, line: index + 1, column, tool: 'text', ...rule }];
    }),
  );
}

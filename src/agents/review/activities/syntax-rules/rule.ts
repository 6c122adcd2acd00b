/** What is asked of a syntax tree. */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { Severity } from '../../pure/findings.ts';

export interface SyntaxRule {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** A query of tree-sitter; `@found` is the place. */
  readonly query: string;
  /** What must be so of the place besides, which no query can ask. */
  readonly when?: (found: Node) => boolean;
}

export const emptyCatch = {
  rule: 'empty-catch',
  severity: 'warning',
  message: 'The error is caught and nothing is done about it; not even a comment says why',
} as const;

export const evaluated = { rule: 'eval', severity: 'warning', message: 'A text is run as code' } as const;

export const formattedSql = {
  rule: 'sql-formatted',
  severity: 'error',
  message:
    'A value becomes part of the SQL text, so that it can change what the statement does. Give it as a parameter',
} as const;

export const shellCommand = {
  rule: 'shell-command',
  severity: 'warning',
  message: 'A value becomes part of a command that a shell reads. Run the program with a list of arguments instead',
} as const;

export const noVerification = {
  rule: 'disabled-verification',
  severity: 'error',
  message: 'Certificates are not checked here, so anybody on the way can read and change what is sent',
} as const;

export const weakHash = {
  rule: 'weak-hash',
  severity: 'note',
  message: 'MD5 and SHA-1 no longer protect against somebody who looks for two texts with one hash',
} as const;

export const unsafeData = {
  rule: 'unsafe-deserialization',
  severity: 'warning',
  message: 'Whoever writes this data chooses which objects are made of it, and so may run code',
} as const;

/**
 * Two numbers written out are what somebody wanted to say.
 *
 * @param expression what the grammar calls an operator with its two sides
 * @param also further operators of the language
 */
export function sameOperands(expression: 'binary' | 'binary_expression', also: readonly string[] = []): SyntaxRule {
  const operators = ['==', '!=', '&&', '||', '<', '>', '-', ...also].map((each) => `"${each}"`).join(' ');
  return {
    rule: 'same-operands',
    severity: 'error',
    message: 'Both sides are the same, so this is always the same. One of them was meant to be another',
    query: `((${expression} left: (_) @left operator: [${operators}] right: (_) @right) @found (#eq? @left @right) (#not-match? @left "^[0-9.]+$"))`,
  };
}

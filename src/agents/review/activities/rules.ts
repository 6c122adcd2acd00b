/** What is asked of a syntax tree, by language: few rules, each almost always right. `@found` is the place. */
import type { Severity } from '../pure/findings.ts';

export interface SyntaxRule {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** A query of tree-sitter. */
  readonly query: string;
}

const emptyCatch = {
  rule: 'empty-catch',
  severity: 'warning',
  message: 'The error is caught and nothing is done about it; not even a comment says why',
} as const;

export const syntaxRules: Readonly<Record<string, readonly SyntaxRule[]>> = {
  go: [
    {
      rule: 'defer-in-loop',
      severity: 'warning',
      message: 'A deferred call runs when the function ends, not when the round of the loop does, so these pile up',
      query: '(for_statement body: (block (statement_list (defer_statement) @found)))',
    },
    {
      rule: 'empty-error-branch',
      severity: 'warning',
      message: 'The error is looked at and nothing is done about it',
      query:
        '(if_statement condition: (binary_expression left: (identifier) @name right: (nil)) consequence: (block) @body (#match? @name "^(err|.*Err)$") (#match? @body "^\\\\{\\\\s*\\\\}$")) @found',
    },
  ],
  java: [
    { ...emptyCatch, query: '(catch_clause body: (block) @body (#match? @body "^\\\\{\\\\s*\\\\}$")) @found' },
    {
      rule: 'string-identity',
      severity: 'error',
      message: 'Strings are compared by identity here; equal texts may differ. Use equals',
      query: '(binary_expression operator: ["==" "!="] (string_literal)) @found',
    },
    {
      rule: 'return-in-finally',
      severity: 'warning',
      message: 'A return in finally swallows whatever was thrown before',
      query: '(finally_clause (block (return_statement) @found))',
    },
  ],
  rust: [
    {
      rule: 'unfinished',
      severity: 'warning',
      message: 'This panics when it is reached: it is not written yet',
      query: '((macro_invocation macro: (identifier) @name) @found (#match? @name "^(todo|unimplemented)$"))',
    },
    {
      rule: 'debug-output',
      severity: 'note',
      message: 'dbg! is for debugging and writes to stderr',
      query: '((macro_invocation macro: (identifier) @name) @found (#eq? @name "dbg"))',
    },
  ],
  ruby: [
    {
      rule: 'rescue-exception',
      severity: 'warning',
      message: 'Exception also covers interrupts and exits, which are not to be rescued here. Rescue StandardError',
      query: '(rescue exceptions: (exceptions (constant) @name (#eq? @name "Exception"))) @found',
    },
    {
      rule: 'eval',
      severity: 'warning',
      message: 'A text is run as code',
      query: '((call !receiver method: (identifier) @name) @found (#eq? @name "eval"))',
    },
  ],
  php: [
    {
      ...emptyCatch,
      query: '(catch_clause body: (compound_statement) @body (#match? @body "^\\\\{\\\\s*\\\\}$")) @found',
    },
    {
      rule: 'eval',
      severity: 'warning',
      message: 'A text is run as code',
      query: '((function_call_expression function: (name) @name) @found (#match? @name "^(eval|create_function)$"))',
    },
  ],
  'c-sharp': [
    { ...emptyCatch, query: '(catch_clause body: (block) @body (#match? @body "^\\\\{\\\\s*\\\\}$")) @found' },
  ],
  cpp: [
    {
      rule: 'unbounded-copy',
      severity: 'warning',
      message: 'This writes without knowing how much room there is',
      query:
        '((call_expression function: (identifier) @name) @found (#match? @name "^(gets|strcpy|strcat|sprintf|vsprintf)$"))',
    },
    {
      rule: 'assignment-in-condition',
      severity: 'warning',
      message: 'This assigns where a comparison is more often meant',
      query: '(if_statement condition: (_ value: (assignment_expression operator: "=") @found))',
    },
  ],
  bash: [
    {
      rule: 'eval',
      severity: 'warning',
      message: 'A text is run as code',
      query: '((command name: (command_name) @name) @found (#eq? @name "eval"))',
    },
  ],
  powershell: [],
};

/** Ruby: few rules, each almost always right. */
import {
  evaluated,
  formattedSql,
  noVerification,
  shellCommand,
  unsafeData,
  sameOperands,
  type SyntaxRule,
} from './rule.ts';

export const ruby: readonly SyntaxRule[] = [
  {
    rule: 'rescue-exception',
    severity: 'warning',
    message: 'Exception also covers interrupts and exits, which are not to be rescued here. Rescue StandardError',
    query: '(rescue exceptions: (exceptions (constant) @name (#eq? @name "Exception"))) @found',
  },
  { ...evaluated, query: '((call !receiver method: (identifier) @name) @found (#eq? @name "eval"))' },
  {
    ...formattedSql,
    query:
      '((call method: (identifier) @name arguments: (argument_list . (string (interpolation)))) @found (#match? @name "^(where|find_by_sql|execute|exec_query|order|having|joins|exec|exec_params)$"))',
  },
  {
    ...shellCommand,
    query:
      '((call !receiver method: (identifier) @name arguments: (argument_list . (string (interpolation)) .)) @found (#match? @name "^(system|exec|spawn)$")) ((subshell (interpolation)) @found)',
  },
  {
    ...unsafeData,
    query:
      '((call receiver: (constant) @class method: (identifier) @name) @found (#match? @class "^(Marshal|YAML)$") (#match? @name "^(load|unsafe_load|restore)$"))',
  },
  { ...noVerification, query: '((scope_resolution name: (constant) @name) @found (#eq? @name "VERIFY_NONE"))' },
  sameOperands('binary'),
];

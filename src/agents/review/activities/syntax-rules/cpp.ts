/** C and C++: few rules, each almost always right. */
import { emptyCatch, sameOperands, type SyntaxRule } from './rule.ts';

export const cpp: readonly SyntaxRule[] = [
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
    query:
      '(if_statement condition: (_ value: (assignment_expression operator: "=" right: [(number_literal) (true) (false) (char_literal) (string_literal)]) @found))',
  },
  {
    rule: 'format-string',
    severity: 'error',
    message: 'The text itself is the format, so what it holds decides what is read and written. Print it with "%s"',
    query:
      '((call_expression function: (identifier) @name arguments: (argument_list . (identifier) @format .)) @found (#match? @name "^(printf|vprintf|syslog)$") (#not-match? @format "^[A-Z_]+$"))',
  },
  {
    rule: 'empty-body',
    severity: 'error',
    message: 'A semicolon ends the condition here, so what follows runs in any case',
    query: '((if_statement consequence: (expression_statement) @found !alternative) (#eq? @found ";"))',
  },
  {
    rule: 'nothing-set',
    severity: 'error',
    message: 'The third argument is how many bytes are set, and it is 0. The last two are exchanged',
    query:
      '((call_expression function: (identifier) @name arguments: (argument_list (_) (_) (number_literal) @count .)) @found (#eq? @name "memset") (#eq? @count "0"))',
  },
  {
    ...emptyCatch,
    query: String.raw`(catch_clause body: (compound_statement) @body (#match? @body "^\\{\\s*\\}$")) @found`,
  },
  sameOperands('binary_expression'),
];

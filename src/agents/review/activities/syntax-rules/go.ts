/** Go: few rules, each almost always right. */
import { lockKept } from './go-locks.ts';
import { formattedSql, noVerification, shellCommand, weakHash, sameOperands, type SyntaxRule } from './rule.ts';

export const go: readonly SyntaxRule[] = [
  lockKept,
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
    query: String.raw`(if_statement condition: (binary_expression left: (identifier) @name right: (nil)) consequence: (block) @body (#match? @name "^(err|.*Err)$") (#match? @body "^\\{\\s*\\}$")) @found`,
  },
  {
    ...formattedSql,
    query: String.raw`((call_expression function: (selector_expression field: (field_identifier) @name) arguments: (argument_list (call_expression function: (selector_expression operand: (identifier) @package field: (field_identifier) @format)))) @found (#match? @name "^(Query|QueryRow|Exec|QueryContext|QueryRowContext|ExecContext|Raw)$") (#eq? @package "fmt") (#eq? @format "Sprintf"))
((call_expression function: (selector_expression field: (field_identifier) @name) arguments: (argument_list (binary_expression left: (interpreted_string_literal) operator: "+"))) @found (#match? @name "^(Query|QueryRow|Exec|QueryContext|QueryRowContext|ExecContext|Raw)$"))`,
  },
  {
    ...shellCommand,
    query: String.raw`((call_expression function: (selector_expression operand: (identifier) @package field: (field_identifier) @name) arguments: (argument_list (interpreted_string_literal) @shell (interpreted_string_literal) @flag [(binary_expression) (call_expression)])) @found (#eq? @package "exec") (#match? @name "^Command(Context)?$") (#match? @shell "^\"(/bin/)?(ba|z)?sh\"$") (#eq? @flag "\"-c\""))`,
  },
  {
    ...noVerification,
    query:
      '((keyed_element (literal_element (identifier) @name) (literal_element (true))) @found (#eq? @name "InsecureSkipVerify"))',
  },
  {
    ...weakHash,
    query:
      '((call_expression function: (selector_expression operand: (identifier) @package field: (field_identifier) @name)) @found (#match? @package "^(md5|sha1)$") (#match? @name "^(New|Sum)$"))',
  },
  {
    rule: 'self-assignment',
    severity: 'warning',
    message: 'A value is assigned to itself',
    query:
      '((assignment_statement left: (expression_list . (_) @left .) operator: "=" right: (expression_list . (_) @right .)) @found (#eq? @left @right))',
  },
  sameOperands('binary_expression'),
];

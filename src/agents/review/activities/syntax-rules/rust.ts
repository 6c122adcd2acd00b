/** Rust: few rules, each almost always right. */
import { noVerification, sameOperands, type SyntaxRule } from './rule.ts';

export const rust: readonly SyntaxRule[] = [
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
  {
    rule: 'lock-dropped',
    severity: 'error',
    message: 'A guard that is bound to _ is dropped at once, so nothing is locked. Bind it to a name',
    query:
      '((let_declaration pattern: "_" value: (_) @value) @found (#match? @value "\\\\.(lock|read|write)\\\\(\\\\)(\\\\.unwrap\\\\(\\\\)|\\\\.expect\\\\(.*\\\\)|\\\\?)?$"))',
  },
  {
    rule: 'unsafe-transmute',
    severity: 'warning',
    message: 'The bytes are taken for another type, and nothing checks that they are one',
    query:
      '((call_expression function: [(identifier) (scoped_identifier) (generic_function)] @name) @found (#match? @name "(^|::)transmute(::|$)"))',
  },
  {
    ...noVerification,
    query:
      '((call_expression function: (field_expression field: (field_identifier) @name) arguments: (arguments (boolean_literal) @value)) @found (#match? @name "^danger_accept_invalid_(certs|hostnames)$") (#eq? @value "true"))',
  },
  sameOperands('binary_expression'),
];

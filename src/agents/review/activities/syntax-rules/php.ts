/** PHP: few rules, each almost always right. */
import {
  emptyCatch,
  evaluated,
  formattedSql,
  sameOperands,
  shellCommand,
  unsafeData,
  type SyntaxRule,
} from './rule.ts';

/** What passes on what it is made of, as no call of a function need. */
const written =
  '[(encapsed_string) (heredoc) (binary_expression) (subscript_expression) (parenthesized_expression) (conditional_expression) (sequence_expression) (error_suppression_expression) (cast_expression)] @value';

export const php: readonly SyntaxRule[] = [
  sameOperands('binary_expression', ['===', '!==']),
  {
    ...emptyCatch,
    query: String.raw`(catch_clause body: (compound_statement) @body (#match? @body "^\\{\\s*\\}$")) @found`,
  },
  {
    ...evaluated,
    query: '((function_call_expression function: (name) @name) @found (#match? @name "^(eval|create_function)$"))',
  },
  {
    ...formattedSql,
    query:
      '((member_call_expression name: (name) @name arguments: (arguments . (argument [(encapsed_string (variable_name)) (binary_expression)]))) @found (#match? @name "^(query|exec|prepare|multi_query)$")) ((function_call_expression function: (name) @name arguments: (arguments (argument [(encapsed_string (variable_name)) (binary_expression)]))) @found (#match? @name "^(mysqli_query|pg_query)$"))',
  },
  {
    ...shellCommand,
    query:
      '((function_call_expression function: (name) @name arguments: (arguments . (argument [(encapsed_string (variable_name)) (binary_expression)]))) @found (#match? @name "^(system|exec|shell_exec|passthru|popen|proc_open)$"))',
  },
  {
    ...unsafeData,
    query:
      '((function_call_expression function: (name) @name arguments: (arguments . (argument (_) @value))) @found (#eq? @name "unserialize") (#match? @value "\\\\$_(GET|POST|COOKIE|REQUEST)"))',
  },
  {
    rule: 'unescaped-output',
    severity: 'error',
    message: 'What a visitor sent is written into the page as it is, markup and scripts included. Escape it',
    // A subscript that stands by itself is what `<?=` writes; as a statement it would do nothing.
    query: String.raw`([(echo_statement ${written}) (print_intrinsic ${written}) (expression_statement (subscript_expression) @value)] @found (#match? @value "^[@\\s]*(?:\\((?!\\s*(?:int|float|double|bool))(?:string\\))?\\s*)*[^(]*\\$_(GET|POST|COOKIE|REQUEST)"))`,
  },
  {
    rule: 'assignment-in-condition',
    severity: 'warning',
    message: 'This assigns where a comparison is more often meant',
    query:
      '(if_statement condition: (parenthesized_expression (assignment_expression right: [(integer) (string) (boolean) (null)]) @found))',
  },
];

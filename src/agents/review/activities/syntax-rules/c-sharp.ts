/** C#: few rules, each almost always right. */
import { askedThenSet } from './c-sharp-concurrent.ts';
import {
  emptyCatch,
  formattedSql,
  noVerification,
  sameOperands,
  unsafeData,
  weakHash,
  type SyntaxRule,
} from './rule.ts';

export const cSharp: readonly SyntaxRule[] = [
  sameOperands('binary_expression'),
  askedThenSet,
  { ...emptyCatch, query: String.raw`(catch_clause body: (block) @body (#match? @body "^\\{\\s*\\}$")) @found` },
  {
    ...formattedSql,
    query:
      '((object_creation_expression type: (identifier) @type arguments: (argument_list . (argument [(interpolated_string_expression) (binary_expression)]))) @found (#match? @type "^(Sql|Npgsql|MySql|Sqlite|Oracle|OleDb)Command$")) ((invocation_expression function: (member_access_expression name: (identifier) @name) arguments: (argument_list . (argument (interpolated_string_expression)))) @found (#match? @name "^(ExecuteSqlRaw|FromSqlRaw|ExecuteSqlRawAsync)$"))',
  },
  {
    rule: 'lost-stack-trace',
    severity: 'warning',
    message: 'The error is thrown as if it came from here; where it came from is lost. Write throw; alone',
    query:
      '((catch_clause (catch_declaration name: (identifier) @name) body: (block (throw_statement (identifier) @thrown) @found)) (#eq? @name @thrown))',
  },
  {
    rule: 'async-void',
    severity: 'warning',
    message: 'Nobody can wait for it, and an error in it ends the process. Return a Task',
    query:
      '((method_declaration (modifier) @modifier returns: (predefined_type) @type parameters: (parameter_list) @given) @found (#eq? @modifier "async") (#eq? @type "void") (#not-match? @given "EventArgs"))',
  },
  {
    ...unsafeData,
    query: '((object_creation_expression type: (identifier) @type) @found (#eq? @type "BinaryFormatter"))',
  },
  {
    ...weakHash,
    query:
      '((member_access_expression expression: (identifier) @class name: (identifier) @name) @found (#match? @class "^(MD5|SHA1)$") (#eq? @name "Create"))',
  },
  {
    ...noVerification,
    query:
      '((assignment_expression left: (_) @left right: (lambda_expression body: (boolean_literal) @body)) @found (#match? @left "Server(Certificate(Custom)?|CertificateCustom)ValidationCallback$") (#eq? @body "true"))',
  },
];

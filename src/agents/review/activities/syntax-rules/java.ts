/** Java: few rules, each almost always right. */
import { emptyCatch, formattedSql, shellCommand, unsafeData, weakHash, sameOperands, type SyntaxRule } from './rule.ts';

export const java: readonly SyntaxRule[] = [
  { ...emptyCatch, query: String.raw`(catch_clause body: (block) @body (#match? @body "^\\{\\s*\\}$")) @found` },
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
  {
    ...formattedSql,
    query: String.raw`((method_invocation name: (identifier) @name arguments: (argument_list . (binary_expression (_) @text))) @found (#match? @name "^(executeQuery|executeUpdate|execute|prepareStatement|createQuery|createNativeQuery|queryForList|queryForObject)$") (#match? @text "\""))`,
  },
  {
    ...shellCommand,
    query:
      '((method_invocation name: (identifier) @name arguments: (argument_list . (binary_expression))) @found (#eq? @name "exec"))',
  },
  {
    ...weakHash,
    query: String.raw`((method_invocation object: (identifier) @class name: (identifier) @name arguments: (argument_list (string_literal) @hash)) @found (#eq? @class "MessageDigest") (#eq? @name "getInstance") (#match? @hash "^\"(MD5|SHA-?1)\"$"))`,
  },
  {
    ...unsafeData,
    query: '((object_creation_expression type: (type_identifier) @type) @found (#eq? @type "ObjectInputStream"))',
  },
  {
    rule: 'inexact-decimal',
    severity: 'warning',
    message: 'The decimal gets the binary number’s error too. Make it of a text, or with valueOf',
    query:
      '((object_creation_expression type: (type_identifier) @type arguments: (argument_list . (decimal_floating_point_literal))) @found (#eq? @type "BigDecimal"))',
  },
  sameOperands('binary_expression'),
];

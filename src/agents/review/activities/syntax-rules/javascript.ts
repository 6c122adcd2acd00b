/** JavaScript and TypeScript, beside their linter: few rules, each almost always right. */
import { formattedSql, noVerification, shellCommand, type SyntaxRule } from './rule.ts';

export const javascript: readonly SyntaxRule[] = [
  {
    ...formattedSql,
    query: String.raw`((call_expression function: (member_expression property: (property_identifier) @name) arguments: (arguments . (template_string (template_substitution)) @text)) @found (#match? @name "^(query|execute|raw|\\$queryRawUnsafe|\\$executeRawUnsafe)$") (#match? @text "([Ss][Ee][Ll][Ee][Cc][Tt]|[Ii][Nn][Ss][Ee][Rr][Tt]|[Uu][Pp][Dd][Aa][Tt][Ee]|[Dd][Ee][Ll][Ee][Tt][Ee])\\s"))
((call_expression function: (member_expression property: (property_identifier) @name) arguments: (arguments . (binary_expression left: (_) @text operator: "+"))) @found (#match? @name "^(query|execute|raw)$") (#match? @text "([Ss][Ee][Ll][Ee][Cc][Tt]|[Ii][Nn][Ss][Ee][Rr][Tt]|[Uu][Pp][Dd][Aa][Tt][Ee]|[Dd][Ee][Ll][Ee][Tt][Ee])\\s"))`,
  },
  {
    ...shellCommand,
    // A pattern has an `exec` too, of a text that may be joined.
    query: String.raw`((call_expression function: [(identifier) @name (member_expression object: (identifier) @object property: (property_identifier) @name)] arguments: (arguments . (template_string (template_substitution)))) @found (#match? @name "^exec(Sync)?$"))
((call_expression function: (identifier) @name arguments: (arguments . (binary_expression operator: "+"))) @found (#match? @name "^exec(Sync)?$"))
((call_expression function: (member_expression object: [(identifier) (call_expression)] @object property: (property_identifier) @name) arguments: (arguments . (binary_expression operator: "+"))) @found (#match? @name "^exec(Sync)?$") (#match? @object "^([cC][pP]|[cC]hild.*|[sS]h(ell.*)?|require.*)$"))
((call_expression function: (member_expression object: (call_expression function: (identifier) @object) property: (property_identifier) @name) arguments: (arguments . (template_string (template_substitution)))) @found (#match? @name "^exec(Sync)?$") (#eq? @object "require"))`,
  },
  {
    rule: 'async-callback',
    severity: 'error',
    message: 'forEach waits for none of its calls, so what follows runs before them, and their errors reach nobody',
    query:
      '((call_expression function: (member_expression property: (property_identifier) @name) arguments: (arguments . (arrow_function "async"))) @found (#eq? @name "forEach"))',
  },
  {
    rule: 'parse-int-map',
    severity: 'error',
    message: 'parseInt takes the index for its base, so the second value and those after it are wrong. Use Number',
    query:
      '((call_expression function: (member_expression property: (property_identifier) @name) arguments: (arguments . (identifier) @given .)) @found (#eq? @name "map") (#eq? @given "parseInt"))',
  },
  {
    ...noVerification,
    query: '((pair key: (property_identifier) @name value: (false)) @found (#eq? @name "rejectUnauthorized"))',
  },
];

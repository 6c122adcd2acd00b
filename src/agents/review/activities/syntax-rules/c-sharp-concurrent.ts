/** A dictionary of C# that is made for many threads, asked and then set as if there were one. */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { SyntaxRule } from './rule.ts';
import { around, within } from './within.ts';

const functions = new Set(['method_declaration', 'constructor_declaration', 'local_function_statement']);
const locked = new Set(['lock_statement']);

export const askedThenSet: SyntaxRule = {
  rule: 'asked-then-set',
  severity: 'warning',
  message:
    'Another thread may set it between the question and the answer, so that both believe they were first. Use TryAdd',
  query:
    '((invocation_expression function: (member_access_expression name: (identifier) @name)) @found (#eq? @name "ContainsKey"))',
  when: isSetBehind,
};

function isSetBehind(node: Node): boolean {
  const own = around(node, functions);
  const asked = node.childForFieldName('function')?.childForFieldName('expression')?.text;
  const key = node.childForFieldName('arguments')?.text.slice(1, -1);
  if (!own || asked === undefined || around(node, locked, functions)) return false;
  return (
    isConcurrent(node.tree.rootNode, asked.replace(/^this\./, '')) &&
    within(own, 'assignment_expression').some(
      (each) => each.startIndex > node.endIndex && each.childForFieldName('left')?.text === `${asked}[${key}]`,
    )
  );
}

function isConcurrent(root: Node, name: string): boolean {
  return within(root, ['variable_declaration', 'property_declaration']).some(
    (each) =>
      /^(?:[\w.]{1,100}\.)?ConcurrentDictionary\b/.test(each.childForFieldName('type')?.text ?? '') &&
      [each, ...within(each, 'variable_declarator')].some((named) => named.childForFieldName('name')?.text === name),
  );
}

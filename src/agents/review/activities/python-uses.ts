/**
 * What Ruff can only suspect, shown by its use: a default that all calls share is a fault where it is changed, and a name that a
 * function of a loop takes late is one where the function outlives its round.
 */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { ReviewClaim } from '../pure/findings.ts';
import { shownByUse } from '../pure/precision.ts';
import { withTree } from './syntax.ts';
import { around, within } from './syntax-rules/within.ts';

const suspected: Readonly<Record<string, (node: Node) => boolean>> = { B006: isChangedDefault, B023: outlivesItsRound };

/** Of what is said of a file: more is not read by anybody. */
const mostLookedAt = 200;

export async function shownInPython(claims: readonly ReviewClaim[], text: string): Promise<ReviewClaim[]> {
  if (!claims.some(({ rule }) => Object.hasOwn(suspected, rule))) return [...claims];
  const told = await withTree('python', text, ({ rootNode }) =>
    claims.map((claim, index) => {
      const { rule, line, column = 1 } = claim;
      const node =
        Object.hasOwn(suspected, rule) && index < mostLookedAt
          ? rootNode.descendantForPosition({ row: line - 1, column: column - 1 })
          : null;
      return node && suspected[rule]?.(node) ? { ...claim, confidence: shownByUse } : claim;
    }),
  );
  return told ?? [...claims];
}

const functions = new Set(['function_definition', 'lambda']);
const parameters = new Set(['default_parameter', 'typed_default_parameter']);
const changing =
  /^(?:append|appendleft|extend|insert|add|update|setdefault|pop|popitem|remove|discard|clear|sort|reverse)$/;

function isChangedDefault(node: Node): boolean {
  const parameter = around(node, parameters);
  const own = parameter && around(parameter, functions);
  const name = parameter?.childForFieldName('name')?.text;
  const body = own?.childForFieldName('body');
  if (!body || name === undefined) return false;
  const assigned = within(body, 'assignment');
  if (assigned.some((each) => each.childForFieldName('left')?.text === name)) return false;
  const kept = assigned.flatMap((each) => {
    const left = each.childForFieldName('left');
    return left?.type === 'attribute' && each.childForFieldName('right')?.text === name ? [left.text] : [];
  });
  const home = own && around(own, new Set(['class_definition']));
  return isChanged(body, name) || (home !== undefined && kept.some((attribute) => isChanged(home, attribute)));
}

/** Whether what has this name gets other members somewhere within. */
function isChanged(where: Node, name: string): boolean {
  return within(where, ['call', 'assignment', 'augmented_assignment', 'delete_statement']).some((each) => {
    if (each.type === 'call') return isChangedBy(each, name);
    const target = each.type === 'delete_statement' ? each.namedChild(0) : each.childForFieldName('left');
    if (target?.type === 'subscript') return target.childForFieldName('value')?.text === name;
    return each.type === 'augmented_assignment' && target?.text === name;
  });
}

function isChangedBy(call: Node, name: string): boolean {
  const called = call.childForFieldName('function');
  const method = called?.childForFieldName('attribute')?.text ?? '';
  return called?.childForFieldName('object')?.text === name && changing.test(method);
}

const loops = new Set(['for_statement']);
const containers = new Set(['pair', 'dictionary', 'list', 'tuple', 'parenthesized_expression', 'argument_list']);
const storing = /^(?:append|appendleft|add|insert|setdefault)$/;

/** Whether the function that it is in is put where the next rounds of the loop leave it. */
function outlivesItsRound(node: Node): boolean {
  const own = around(node, functions, loops);
  const loop = own && around(own, loops, functions);
  if (!loop) return false;
  const name = own.childForFieldName('name')?.text;
  const uses =
    name === undefined
      ? [own]
      : within(loop, 'identifier').filter((each) => each.text === name && !isWithin(each, own));
  return uses.some((each) => isStored(each, loop));
}

function isWithin(node: Node, other: Node): boolean {
  return node.startIndex >= other.startIndex && node.endIndex <= other.endIndex;
}

function isStored(node: Node, loop: Node): boolean {
  let at = node;
  while (at.parent && containers.has(at.parent.type)) at = at.parent;
  const user = at.parent;
  const target =
    user?.type === 'assignment' && user.childForFieldName('right')?.id === at.id
      ? user.childForFieldName('left')
      : user?.type === 'call'
        ? storedBy(user)
        : undefined;
  return target !== undefined && target !== null && outlives(target, loop);
}

/** Of `found.append(…)` what it is put into. */
function storedBy(call: Node): Node | null | undefined {
  const called = call.childForFieldName('function');
  return storing.test(called?.childForFieldName('attribute')?.text ?? '') ? called : undefined;
}

/** What an element or a member is part of was there before the round; an attribute of one thing keeps the last function alone. */
function outlives(target: Node, loop: Node): boolean {
  if (target.type !== 'subscript' && target.type !== 'attribute') return false;
  const [root = ''] = /^\w+/.exec(target.text) ?? [];
  const left = loop.childForFieldName('left');
  const isOfLoop = left !== null && [left, ...within(left, 'identifier')].some(({ text }) => text === root);
  if (target.type === 'attribute' && target.parent?.type === 'assignment') return isOfLoop;
  return isOfLoop || !within(loop, 'assignment').some((each) => each.childForFieldName('left')?.text === root);
}

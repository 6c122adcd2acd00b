/** A function of Go that locks, and gives the lock back only on one of its ways out. */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { SyntaxRule } from './rule.ts';
import { around } from './within.ts';

const functions = new Set(['function_declaration', 'method_declaration', 'func_literal']);
/** Characters; each way out of a function looks at what is before it. */
const longestFunction = 20_000;
const locks = /^([\w.]{1,200})\.(R?)Lock\(\)$/;

export const lockKept: SyntaxRule = {
  rule: 'lock-kept',
  severity: 'error',
  message: 'This returns with the lock held, which is given back only below. Whoever locks next waits for ever',
  query: '(return_statement) @found',
  when: keepsLock,
};

/** Whether a lock is taken before it, and given back behind it alone. */
function keepsLock(node: Node): boolean {
  const own = around(node, functions);
  if (!own || own.endIndex - own.startIndex > longestFunction) return false;
  const body = own.childForFieldName('body')?.text ?? '';
  for (let at: Node = node; at.id !== own.id && at.parent; at = at.parent) {
    const lock = lockBefore(at);
    if (lock === undefined) continue;
    return lock !== 'given back' && isKept(lock, { node, at, body });
  }
  return false;
}

function isKept(
  [, name = '', shared = '']: RegExpExecArray,
  { node, at, body }: { readonly node: Node; readonly at: Node; readonly body: string },
): boolean {
  const given = `${name}.${shared}Unlock`;
  return !isElsewhere(body, given) && !node.text.includes(given) && isGivenBehind(at, `${given}()`);
}

/** What is deferred, or handed on as a function, may run on every way out. */
function isElsewhere(body: string, given: string): boolean {
  return body.split(given).length > body.split(`${given}()`).length || isDeferred(body, given);
}

/** The last lock among the statements before it in its list, unless one behind that gives a lock back. */
function lockBefore(at: Node): RegExpExecArray | 'given back' | undefined {
  for (let before = at.previousNamedSibling; before; before = before.previousNamedSibling) {
    const lock = before.type === 'expression_statement' ? locks.exec(before.text) : null;
    if (lock) return lock;
    if (before.text.includes('Unlock')) return 'given back';
  }
  return undefined;
}

function isDeferred(body: string, given: string): boolean {
  return body
    .split('defer ')
    .slice(1)
    .some((after) => after.includes(`${given}()`) && deferredOf(after).includes(given));
}

/** What is deferred: a call on its line, or a function to its end. */
function deferredOf(after: string): string {
  return after.startsWith('func') ? after : (after.split('\n', 1)[0] ?? '');
}

function isGivenBehind(at: Node, call: string): boolean {
  for (let behind = at.nextNamedSibling; behind; behind = behind.nextNamedSibling)
    if (behind.text === call) return true;
  return false;
}

/**
 * A timer above 2^31-1 ms fires at once, so that a deadline of 30 days ends a run and an interval of 30 days never rests. Here
 * a timer takes what this file itself says in numbers, or what bounds it; anything else goes through `core/clock.ts`.
 */
const timers = new Set(['setTimeout', 'setInterval']);
/** Of `core/sleep.ts`: no answer of it is above what a timer takes. */
const bounding = 'boundedMs';

export const boundedTimer = {
  meta: {
    type: 'problem',
    docs: { description: 'Durations from outside reach no timer of Node that cannot be so long' },
  },
  create(context) {
    /** What `node:timers/promises` calls them here; there the duration comes first. */
    const promised = new Set();
    const numbers = new Map();
    const calls = [];
    const parameters = ({ params }) => {
      for (const name of params.flatMap(namesIn)) numbers.set(name, undefined);
    };
    return {
      FunctionDeclaration: parameters,
      FunctionExpression: parameters,
      ArrowFunctionExpression: parameters,
      ImportDeclaration({ source, specifiers }) {
        if (source.value !== 'node:timers/promises' && source.value !== 'timers/promises') return;
        for (const { imported, local } of specifiers) if (timers.has(imported?.name)) promised.add(local.name);
      },
      VariableDeclarator({ id, init, parent }) {
        const isNew = id.type === 'Identifier' && !numbers.has(id.name);
        if (parent.kind === 'const' && isNew && init) numbers.set(id.name, init);
        // A name that means something else elsewhere in the file says nothing.
        else for (const name of namesIn(id)) numbers.set(name, undefined);
      },
      CallExpression(node) {
        const { type, name, property } = node.callee;
        if (type === 'Identifier') calls.push([node, name]);
        if (type === 'MemberExpression' && timers.has(property.name)) calls.push([node, property.name]);
        if (type === 'MemberExpression' && node.callee.object.name === 'AbortSignal' && property.name === 'timeout')
          calls.push([node, 'AbortSignal.timeout']);
      },
      'Program:exit'() {
        for (const [node, name] of calls) {
          const isPromised = promised.has(name) || name === 'AbortSignal.timeout';
          if (!isPromised && !timers.has(name)) continue;
          const wait = node.arguments[isPromised ? 0 : 1];
          if (!wait || isBounded(wait, numbers)) continue;
          const message =
            'This duration may be above 2^31-1 ms, at which a timer fires at once: take `startTimer` of core/clock.ts or `sleepFor` of core/sleep.ts, or `boundedMs` where waking early does no harm.';
          context.report({ node: wait, message });
        }
      },
    };
  },
};

/** The names that a pattern binds. */
function namesIn(pattern) {
  if (!pattern) return [];
  if (pattern.type === 'Identifier') return [pattern.name];
  if (pattern.type === 'ObjectPattern')
    return pattern.properties.flatMap((each) => namesIn(each.value ?? each.argument));
  if (pattern.type === 'ArrayPattern') return pattern.elements.flatMap(namesIn);
  return namesIn(pattern.left ?? pattern.argument ?? pattern.parameter);
}

/** Whether it is made of numbers that stand here, or no larger than one of them. */
function isBounded(node, numbers, depth = 0) {
  if (depth > 20) return false;
  const bounded = (each) => isBounded(each, numbers, depth + 1);
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'number' && node.value < 2 ** 31;
    case 'Identifier':
      return numbers.get(node.name) !== undefined && bounded(numbers.get(node.name));
    case 'BinaryExpression':
      return '+-*/'.includes(node.operator) && [node.left, node.right].every(bounded);
    case 'ConditionalExpression':
      return [node.consequent, node.alternate].every(bounded);
    case 'CallExpression':
      return isBoundedCall(node, bounded);
    default:
      return false;
  }
}

function isBoundedCall({ callee, arguments: given }, bounded) {
  if (callee.type === 'Identifier') return callee.name === bounding;
  if (callee.type !== 'MemberExpression' || callee.object.name !== 'Math') return false;
  const name = callee.property.name;
  return name === 'random' || (name === 'min' && given.some(bounded)) || (name === 'max' && given.every(bounded));
}

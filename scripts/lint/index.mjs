/** Rules of the house for oxlint. */
import { boundedTimer } from './bounded-timer.mjs';
import { superLinear } from './super-linear.mjs';

const linearPattern = {
  meta: {
    type: 'problem',
    docs: { description: 'Regular expressions whose time grows with the text and not faster, whatever the text holds' },
  },
  create(context) {
    const known = new Map();
    const check = (node, pattern, flags) => {
      const why = faultOf(pattern, flags);
      if (why) context.report({ node, message: `This pattern may take time out of proportion to its text: ${why}.` });
    };
    const built = (node) => {
      if (node.callee.type !== 'Identifier' || node.callee.name !== 'RegExp') return;
      const [pattern, flags] = node.arguments.map((each) => (each.type === 'Literal' ? each.value : undefined));
      if (typeof pattern === 'string') check(node, pattern, flags ?? '');
      else
        context.report({
          node,
          message: 'This pattern is not known before it runs, so nobody can say how long it takes.',
        });
    };
    const faultOf = (pattern, flags) => {
      const key = `${flags}/${pattern}`;
      if (!known.has(key)) known.set(key, superLinear(pattern, flags));
      return known.get(key);
    };
    return {
      Literal(node) {
        if (node.regex) check(node, node.regex.pattern, node.regex.flags);
      },
      NewExpression: built,
      CallExpression: built,
    };
  },
};

export default { meta: { name: 'fanfold' }, rules: { 'bounded-timer': boundedTimer, 'linear-pattern': linearPattern } };

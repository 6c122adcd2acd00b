/** The end of a support run as its caller gets it: the loop's answer, in the words of a shop. */
import { agentAnswer, type OwnWords } from '../../loop/pure/answer.ts';
import type { AgentState, Rules } from '../../loop/pure/state.ts';
import type { Intent, SupportAnswer } from './types.ts';
import { money, openDuplicates } from './facts.ts';

const words: OwnWords = {
  gap({ intent, rows }) {
    const { topics = [], orderId } = (intent ?? {}) as Partial<Intent>;
    if (topics.includes('other')) return 'the rules did not understand all that was asked';
    return Object.keys(rows).length === 0 && orderId === null ? 'nothing on record answers it' : undefined;
  },
  next({ actions, rows }) {
    const [open] = openDuplicates(Object.values(rows));
    if (!open) return undefined;
    if (actions.some(({ state }) => state === 'rejected')) return 'None: a person decided against the refund.';
    const { id, amountCents, currency } = open.second;
    return `The second charge, payment ${id} of ${money(amountCents, currency)}, can be given back: ask for a refund, and a person approves it.`;
  },
  withoutModel: 'No model was used: the question was sorted by rules and the answer is a template.',
  afterFailure: 'the question was sorted by rules and the answer is a template',
  afterModel: 'the answer is a template filled by rules',
  whose: " of the customer's own",
};

export function supportAnswer(rules: Rules, state: AgentState): SupportAnswer {
  return { ...agentAnswer(rules, state, words), intent: state.intent as Intent };
}

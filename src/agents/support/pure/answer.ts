/** The end of a support run as its caller gets it: the text, the rows behind it, what was done, and what comes next. */
import type { AgentState, Limit, Rules } from '../../loop/pure/state.ts';
import { metrics } from '../../loop/pure/state.ts';
import { citedRefs } from '../../loop/pure/policy.ts';
import type { Intent, SupportAnswer } from './types.ts';
import { money, openDuplicates } from './facts.ts';

const handedOver = 'The question is handed over to a person: no answer passed the guardrails.';

export function supportAnswer(rules: Rules, state: AgentState): SupportAnswer {
  const outcome = state.phase.kind === 'over' ? state.phase.outcome : undefined;
  const isAnswered = outcome?.kind === 'answered';
  const text = isAnswered ? outcome.text : handedOver;
  const byModel = isAnswered && outcome.by === 'model';
  return {
    text,
    cited: citedRefs(text).flatMap((ref) => state.rows[ref] ?? []),
    intent: state.intent as Intent,
    actions: state.actions,
    nextAction: nextAction(state, isAnswered),
    method: byModel ? 'model' : 'rules',
    model: byModel ? (state.model ?? 'unknown') : null,
    ...(state.limitedBy === undefined ? {} : { limitedBy: state.limitedBy }),
    note: noteOf(state, byModel),
    trace: state.trace,
    metrics: metrics(rules, state),
  };
}

const reasons: Readonly<Record<Limit, string>> = {
  maxTurns: 'had all its turns without an answer',
  maxReturns: 'was sent back by the guardrails too often',
  tokenBudget: 'would have passed its budget of tokens',
  costBudget: 'would have passed its budget of money',
  contextWindow: 'could not take the whole conversation',
  modelFailed: 'failed',
};

function noteOf({ limitedBy, model, rows, flagged }: AgentState, byModel: boolean): string {
  const count = Object.keys(rows).length;
  const rests = `It rests on ${count} ${count === 1 ? 'row' : 'rows'} of the customer's own; every citation was checked against them.`;
  const who = byModel
    ? `Written by ${model ?? 'a model'}.`
    : limitedBy === undefined
      ? 'No model was used: the question was sorted by rules and the answer is a template.'
      : `The model ${reasons[limitedBy]}, so the answer is a template filled by rules.`;
  const steered = flagged ? ' A text tried to steer the agent; it was treated as material.' : '';
  return `${who} ${rests}${steered}`;
}

function nextAction({ actions, rows }: AgentState, isAnswered: boolean): string {
  const doubtful = actions.filter(({ state }) => state === 'unverified' || state === 'failed');
  if (doubtful.length > 0)
    return `A person looks at ${doubtful.map(({ callId }) => callId).join(', ')}: ${doubtful[0]?.note}`;
  if (!isAnswered) return 'A person takes over.';
  const [open] = openDuplicates(Object.values(rows));
  if (open && actions.some(({ state }) => state === 'rejected')) return 'None: a person decided against the refund.';
  if (open) {
    const { id, amountCents, currency } = open.second;
    return `The second charge, payment ${id} of ${money(amountCents, currency)}, can be given back: ask for a refund, and a person approves it.`;
  }
  return 'None: the question is answered.';
}

/** The end of a support run as its caller gets it: the text, the rows behind it, what was done, and what comes next. */
import { given } from '../../../index.ts';
import { endOf, reasons } from '../../loop/pure/answer.ts';
import type { AgentState, Rules } from '../../loop/pure/state.ts';
import { metrics } from '../../loop/pure/state.ts';
import { citedRefs } from '../../loop/pure/citations.ts';
import type { Intent, SupportAnswer } from './types.ts';
import { money, openDuplicates } from './facts.ts';

export function supportAnswer(rules: Rules, state: AgentState): SupportAnswer {
  const { text, isAnswered, byModel } = endOf(state);
  const gap = gapOf(state, isAnswered, byModel);
  return {
    text,
    cited: citedRefs(text).flatMap((ref) => state.rows[ref] ?? []),
    intent: state.intent as Intent,
    actions: state.actions,
    ...given({ handOver: gap }),
    nextAction: nextAction(state, gap),
    method: byModel ? 'model' : 'rules',
    model: byModel ? (state.model ?? 'unknown') : null,
    ...given({ limitedBy: state.limitedBy }),
    note: noteOf(state, byModel),
    trace: state.trace,
    metrics: metrics(rules, state),
  };
}

/** Why the question is not answered by what is known; undefined where it is. */
function gapOf({ failed = [], intent, rows }: AgentState, isAnswered: boolean, byModel: boolean): string | undefined {
  if (!isAnswered) return 'no answer passed the guardrails';
  if (failed.length > 0) return `what ${failed.join(' and ')} would have shown could not be looked up`;
  const topics = (intent as Intent | null)?.topics ?? [];
  if (!byModel && topics.includes('other')) return 'the rules did not understand all that was asked';
  if (!byModel && Object.keys(rows).length === 0 && (intent as Intent).orderId === null)
    return 'nothing on record answers it';
  return undefined;
}

function noteOf({ limitedBy, model, rows, flagged, problem, isTruncated }: AgentState, byModel: boolean): string {
  const count = Object.keys(rows).length;
  const rests = `It rests on ${count} ${count === 1 ? 'row' : 'rows'} of the customer's own; every citation was checked against them.`;
  const who = byModel
    ? `Written by ${model ?? 'a model'}.`
    : limitedBy === undefined
      ? withoutModel(problem)
      : `The model ${reasons[limitedBy]}${problem === undefined ? '' : ` (${problem})`}, so the answer is a template filled by rules.`;
  const short = byModel && isTruncated ? ' It ends where the tokens of the model did.' : '';
  const steered = flagged ? ' A text tried to steer the agent; it was treated as material.' : '';
  return `${who} ${rests}${short}${steered}`;
}

function withoutModel(problem: string | undefined): string {
  return problem === undefined
    ? 'No model was used: the question was sorted by rules and the answer is a template.'
    : `A model was configured and failed (${problem}), so the question was sorted by rules and the answer is a template.`;
}

function nextAction({ actions, rows }: AgentState, gap: string | undefined): string {
  const doubtful = actions.filter(({ state }) => state === 'unverified' || state === 'failed');
  if (doubtful.length > 0)
    return `A person looks at ${doubtful.map(({ callId }) => callId).join(', ')}: ${doubtful[0]?.note}`;
  const [open] = openDuplicates(Object.values(rows));
  if (open && actions.some(({ state }) => state === 'rejected')) return 'None: a person decided against the refund.';
  if (open) {
    const { id, amountCents, currency } = open.second;
    return `The second charge, payment ${id} of ${money(amountCents, currency)}, can be given back: ask for a refund, and a person approves it.`;
  }
  return gap === undefined ? 'None: the question is answered.' : `A person takes over, since ${gap}.`;
}

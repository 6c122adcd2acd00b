/** The end of an agent's run as its caller gets it: the text, the rows behind it, what was done, and what comes next. */
import { given } from '../../../index.ts';
import { citedRefs } from './citations.ts';
import { metrics, type AgentState, type LoopLimit, type Rules } from './state.ts';
import type { AgentAnswer } from './types.ts';

const handedOver = 'The question is handed over to a person: no answer passed the guardrails.';

/** What a run ended with, and whether a model wrote it. */
export function endOf({ phase }: AgentState): { text: string; isAnswered: boolean; byModel: boolean } {
  const outcome = phase.kind === 'over' ? phase.outcome : undefined;
  if (outcome?.kind !== 'answered') return { text: handedOver, isAnswered: false, byModel: false };
  return { text: outcome.text, isAnswered: true, byModel: outcome.by === 'model' };
}

export function agentAnswer(rules: Rules, state: AgentState): AgentAnswer {
  const { text, isAnswered, byModel } = endOf(state);
  const handOver = gapOf(state, isAnswered, byModel);
  return {
    text,
    cited: citedRefs(text).flatMap((ref) => state.rows[ref] ?? []),
    actions: state.actions,
    ...given({ handOver, limitedBy: state.limitedBy }),
    nextAction: nextAction(state, handOver),
    method: byModel ? 'model' : 'rules',
    model: byModel ? (state.model ?? 'unknown') : null,
    note: noteOf(state, byModel),
    trace: state.trace,
    metrics: metrics(rules, state),
  };
}

/** A look-up that failed denies nothing, and rules that found nothing have answered nothing. */
function gapOf({ failed = [], rows }: AgentState, isAnswered: boolean, byModel: boolean): string | undefined {
  if (!isAnswered) return 'no answer passed the guardrails';
  if (failed.length > 0) return `what ${failed.join(' and ')} would have shown could not be looked up`;
  if (!byModel && Object.keys(rows).length === 0) return 'nothing that was looked up answers it';
  return undefined;
}

function nextAction({ actions }: AgentState, gap: string | undefined): string {
  const doubtful = actions.filter(({ state }) => state === 'unverified' || state === 'failed');
  if (doubtful.length > 0)
    return `A person looks at ${doubtful.map(({ callId }) => callId).join(', ')}: ${doubtful[0]?.note}`;
  return gap === undefined ? 'None: the question is answered.' : `A person takes over, since ${gap}.`;
}

/** Why the model was not asked to the end, after `The model`. */
export const reasons: Readonly<Record<LoopLimit, string>> = {
  maxTurns: 'had all its turns without an answer',
  maxReturns: 'was sent back by the guardrails too often',
  tokenBudget: 'would have passed its budget of tokens',
  costBudget: 'would have passed its budget of money',
  contextWindow: 'could not take the whole conversation',
  modelFailed: 'failed',
  deadline: 'did not answer before the deadline',
};

/** Who wrote the answer, and why nobody else did. */
function noteOf({ limitedBy, model, rows, flagged, problem, isTruncated }: AgentState, byModel: boolean): string {
  const count = Object.keys(rows).length;
  const why = problem === undefined ? '' : ` (${problem})`;
  const byRules =
    problem === undefined ? 'No model was used.' : `A model was configured and failed${why}, so rules answered.`;
  const ended = limitedBy === undefined ? byRules : `The model ${reasons[limitedBy]}${why}, so rules answered.`;
  return [
    byModel ? `Written by ${model ?? 'a model'}.` : ended,
    `It rests on ${count} ${count === 1 ? 'row' : 'rows'}; every citation was checked against them.`,
    ...(byModel && isTruncated ? ['It ends where the tokens of the model did.'] : []),
    ...(flagged ? ['A text tried to steer the agent; it was treated as material.'] : []),
  ].join(' ');
}

/** The end of an agent's run as its caller gets it: the text, the rows behind it, what was done, and what comes next. */
import { given } from '../../../index.ts';
import { citedRefs } from './citations.ts';
import { claimsOf } from './done.ts';
import { undecided } from './fates.ts';
import { metrics, type ActionClaim, type AgentState, type LoopLimit, type Rules } from './state.ts';
import type { AgentAnswer } from './types.ts';

/** Of a note. */
const longestReason = 300;
const handedOver = 'The question is handed over to a person: no answer passed the guardrails.';

interface Ending {
  readonly text: string;
  readonly isAnswered: boolean;
  readonly byModel: boolean;
  readonly claims?: readonly ActionClaim[];
}

/** What a run ended with, and whether a model wrote it. What was done is said where nothing else can be. */
function endOf(state: AgentState): Ending {
  const { phase } = state;
  const outcome = phase.kind === 'over' ? phase.outcome : undefined;
  if (outcome?.kind !== 'answered') {
    const claims = claimsOf(state);
    const text = [handedOver, ...claims.map((claim) => claim.text)].join('\n');
    return { text, isAnswered: false, byModel: false, ...(claims.length > 0 ? { claims } : {}) };
  }
  const { text, by, claims } = outcome;
  return { text, isAnswered: true, byModel: by === 'model', ...given({ claims }) };
}

/** @param asBefore what nobody decided in time is no reason for a person, as in runs that began before it was */
export function agentAnswer(rules: Rules, state: AgentState, asBefore = false): AgentAnswer {
  const { text, isAnswered, byModel, claims } = endOf(state);
  const open = byModel || asBefore ? undefined : undecidedOf(state);
  const handOver = gapOf(rules, state, isAnswered, byModel) ?? open;
  return {
    text,
    cited: citedRefs(text).flatMap((ref) => state.rows[ref] ?? []),
    actions: state.actions,
    ...(state.intent === null ? {} : { intent: state.intent }),
    ...given({ claims, exchanged: state.exchanged, handOver, limitedBy: state.limitedBy }),
    nextAction: nextAction(state, handOver, open !== undefined),
    method: byModel ? 'model' : 'rules',
    model: byModel ? (state.model ?? 'unknown') : null,
    note: noteOf(state, byModel),
    trace: state.trace,
    metrics: metrics(rules, state),
  };
}

/** A look-up that failed denies nothing, and rules that found nothing have answered nothing. */
function gapOf({ policy }: Rules, state: AgentState, isAnswered: boolean, byModel: boolean): string | undefined {
  const { failed = [], limitedBy, closing, rows } = state;
  // What a model insists on and the rows do not bear out is for a person to look at.
  if (limitedBy === 'maxReturns' && policy.grounding?.readsClaims)
    return 'no answer of the model passed the guardrails';
  if (!isAnswered) return 'no answer passed the guardrails';
  if (failed.length > 0) return `what ${failed.join(' and ')} would have shown could not be looked up`;
  if (byModel) return undefined;
  if (closing?.gap !== undefined) return closing.gap ?? undefined;
  return Object.keys(rows).length === 0 ? 'nothing that was looked up answers it' : undefined;
}

/** What was asked for and waited for nobody who came is not answered by rows. */
function undecidedOf({ actions }: AgentState): string | undefined {
  const tools = undecided(actions).map(({ tool }) => tool);
  return tools.length === 0 ? undefined : `nobody decided in time on ${[...new Set(tools)].join(' and ')}`;
}

function nextAction(state: AgentState, gap: string | undefined, isUndecided: boolean): string {
  const doubtful = state.actions.filter((action) => action.state === 'unverified' || action.state === 'failed');
  if (doubtful.length > 0)
    return `A person looks at ${doubtful.map(({ callId }) => callId).join(', ')}: ${doubtful[0]?.note}`;
  if (state.closing?.next !== undefined && !isUndecided) return state.closing.next;
  return gap === undefined ? 'None: the question is answered.' : `A person takes over, since ${gap}.`;
}

/** Why the model was not asked to the end, after `The model`. */
const reasons: Readonly<Record<LoopLimit, string>> = {
  maxTurns: 'had all its turns without an answer',
  maxReturns: 'was sent back by the guardrails too often',
  tokenBudget: 'would have passed its budget of tokens',
  costBudget: 'would have passed its budget of money',
  tenantBudget: 'would have passed the budget of the tenant',
  contextWindow: 'could not take the whole conversation',
  modelFailed: 'failed',
  deadline: 'did not answer before the deadline',
};

/** Who wrote the answer, and why nobody else did. */
function noteOf(state: AgentState, byModel: boolean): string {
  const { rows, flagged, isTruncated, model } = state;
  const count = Object.keys(rows).length;
  return [
    byModel ? `Written by ${model ?? 'a model'}.` : whyNoModel(state),
    `It rests on ${count} ${count === 1 ? 'row' : 'rows'}; every citation was checked against them.`,
    ...(byModel && isTruncated ? ['It ends where the tokens of the model did.'] : []),
    ...(flagged ? ['A text tried to steer the agent; it was treated as material.'] : []),
  ].join(' ');
}

function whyNoModel({ limitedBy, problem, model, phase }: AgentState): string {
  const stopped = phase.kind === 'over' && phase.outcome.kind === 'stopped' ? `: ${phase.outcome.reason}` : '';
  const why = problem === undefined || limitedBy === 'deadline' ? '' : ` (${problem})`;
  if (limitedBy !== undefined) return `The model ${reasons[limitedBy]}${why}, so rules answered.`;
  if (model !== undefined) return `What ${model} answered could not go out${stopped.slice(0, longestReason)}.`;
  return problem === undefined ? 'No model was used.' : `A model was configured and failed${why}, so rules answered.`;
}

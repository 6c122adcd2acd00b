/** The end of an agent's run as its caller gets it: the text, the rows behind it, what was done, and what comes next. */
import { given } from '../../../index.ts';
import { many, oneLine } from '../../../core/text/index.ts';
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
  const handOver = gapOf(rules, state, isAnswered, byModel) ?? open ?? unansweredOf(rules, state);
  const cited = citedRefs(text).flatMap((ref) => state.rows[ref] ?? []);
  const isBorne = isBorneOut(rules, state, byModel, [...cited, ...(claims ?? [])].length);
  return {
    text,
    cited,
    actions: state.actions,
    ...(state.intent === null ? {} : { intent: state.intent }),
    ...given({ claims, exchanged: state.exchanged, handOver, limitedBy: state.limitedBy }),
    nextAction: nextAction(state, handOver, open !== undefined, isBorne),
    method: byModel ? 'model' : 'rules',
    model: byModel ? (state.model ?? 'unknown') : null,
    note: noteOf(state, byModel, cited.length),
    trace: state.trace,
    metrics: metrics(rules, state),
  };
}

/** A look-up that failed denies nothing, and rules that found nothing have answered nothing. */
function gapOf(rules: Rules, state: AgentState, isAnswered: boolean, byModel: boolean): string | undefined {
  const { failed = [], limitedBy, closing, rows } = state;
  // What a model insists on and the rows do not bear out is for a person to look at.
  if (limitedBy === 'maxReturns' && rules.policy.grounding?.readsClaims)
    return 'no answer of the model passed the guardrails';
  if (!isAnswered) return 'no answer passed the guardrails';
  if (failed.length > 0) return `what ${failed.join(' and ')} would have shown could not be looked up`;
  if (byModel) return undefined;
  if (closing?.gap !== undefined) return closing.gap ?? undefined;
  return Object.keys(rows).length === 0 ? 'nothing that was looked up answers it' : undefined;
}

/** Runs that began before facts were read take any row for an answer. */
const readsFacts = ({ policy }: Rules): boolean => policy.grounding?.readsFacts === true;

const isModelLost = ({ limitedBy, problem, model }: AgentState): boolean =>
  limitedBy !== undefined || problem !== undefined || model !== undefined;

/** Rows that rules list stand for what a model was to say of them: only an agent's author can say that they answer it. */
function unansweredOf(rules: Rules, state: AgentState): string | undefined {
  const { closing, messages, phase } = state;
  const isByRules = phase.kind === 'over' && phase.outcome.kind === 'answered' && phase.outcome.by === 'rules';
  if (!readsFacts(rules) || !isByRules || closing?.gap !== undefined || !isModelLost(state)) return undefined;
  const asked = messages.find((message) => message.role === 'user' && message.earlier === undefined)?.text ?? '';
  return `no model answered it, and rules cannot say whether rows do: "${oneLine(asked, longestReason)}"`;
}

/** Of a model's answer whether anything bears it out; of rules whether their author says that they answer it. */
function isBorneOut(rules: Rules, { closing, empty = [] }: AgentState, byModel: boolean, cited: number): boolean {
  if (!readsFacts(rules)) return true;
  return byModel ? cited + empty.length > 0 : closing?.gap === null;
}

/** What was asked for and waited for nobody who came is not answered by rows. */
function undecidedOf({ actions }: AgentState): string | undefined {
  const tools = undecided(actions).map(({ tool }) => tool);
  return tools.length === 0 ? undefined : `nobody decided in time on ${[...new Set(tools)].join(' and ')}`;
}

function nextAction(state: AgentState, gap: string | undefined, isUndecided: boolean, isBorne: boolean): string {
  const doubtful = state.actions.filter((action) => action.state === 'unverified' || action.state === 'failed');
  if (doubtful.length > 0)
    return `A person looks at ${doubtful.map(({ callId }) => callId).join(', ')}: ${doubtful[0]?.note}`;
  if (state.closing?.next !== undefined && !isUndecided) return state.closing.next;
  if (gap !== undefined) return `A person takes over, since ${gap}.`;
  return isBorne
    ? 'None: the question is answered.'
    : 'Whoever asked sees whether that answers it, and else asks a person.';
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
function noteOf(state: AgentState, byModel: boolean, cited: number): string {
  const { flagged, isTruncated, model } = state;
  return [
    byModel ? `Written by ${model ?? 'a model'}.` : whyNoModel(state),
    cited === 0 ? 'It cites no row.' : `It rests on ${many(cited, 'row')}; every citation was checked.`,
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

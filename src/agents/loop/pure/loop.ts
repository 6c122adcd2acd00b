/**
 * The agent loop as pure decisions: a state, an event, and the next state. Whoever runs it does what the phase says.
 * When a bound is reached the model is no longer asked, and the rules close with what is known.
 */
import { given } from '../../../index.ts';
import { longestMessage, replied, screened, unanswered } from './ask.ts';
import { checked, decided, executed, expired, lookedUp, take, verified } from './calls.ts';
import { fit, tokensOf, type EarlierMessage, type Message } from './conversation.ts';
import { guarded, claimsRead } from './guard.ts';
import { noted, addUsage, over, total, unaffordable, usageOf, type Moment, type Next } from './step.ts';
import { cleanAnswer, cleanValue } from './policy.ts';
import { type AgentEvent, type AgentState, type LoopLimit, type Rules } from './state.ts';
import { many } from '../../../core/text/index.ts';

/** Characters of why a model failed. */
const longestProblem = 300;

type Event<K extends AgentEvent['kind']> = Extract<AgentEvent, { readonly kind: K }>;

/** The state before anything was asked. */
export function begin(rules: Rules, message: string, at: number, earlier: readonly EarlierMessage[] = []): AgentState {
  const text = cleanAnswer(rules.policy, message, longestMessage);
  const state: AgentState = {
    phase: { kind: 'classify' },
    intent: null,
    brain: 'rules',
    messages: [...earlier.map((each) => earlierMessage(rules, each)), { role: 'user', text }],
    rows: {},
    actions: [],
    flagged: false,
    turns: 0,
    returns: 0,
    usage: { inputTokens: 0, outputTokens: 0 },
    trace: [],
  };
  const byPerson = rules.screensEarlier ? earlier.filter(({ role }) => role === 'user') : [];
  const before = byPerson.reduce((next, each) => screened({ rules, at }, next, each.text, 'An earlier message'), state);
  return screened({ rules, at }, before, text, 'The message');
}

function earlierMessage({ policy }: Rules, { role, text: words }: EarlierMessage): Message {
  const text = cleanAnswer(policy, words, longestMessage);
  return role === 'user' ? { role, text, earlier: true } : { role, text, calls: [], earlier: true };
}

/** The state after an event; one that does not fit the phase changes nothing. */
export function advance(rules: Rules, state: AgentState, event: AgentEvent, at: number): AgentState {
  if (!fits(state, event)) return state;
  const moment = { rules, at };
  const next = step(moment, state, event);
  return next.pending ? next.state : toThink(moment, next.state);
}

const phases: Readonly<Record<AgentEvent['kind'], readonly AgentState['phase']['kind'][]>> = {
  classified: ['classify'],
  answered: ['think'],
  failed: ['think'],
  lookedUp: ['lookUp'],
  checked: ['check'],
  decided: ['approve'],
  replied: ['ask'],
  claimsRead: ['read'],
  expired: ['approve', 'ask'],
  executed: ['execute'],
  verified: ['verify'],
};

function fits({ phase }: AgentState, { kind }: AgentEvent): boolean {
  return phases[kind].includes(phase.kind);
}

function step(moment: Moment, state: AgentState, event: AgentEvent): Next {
  switch (event.kind) {
    case 'classified':
      return classified(moment, state, event);
    case 'answered':
      return answered(moment, state, event);
    case 'failed':
      return failed(moment, state, event);
    case 'lookedUp':
      return lookedUp(moment, state, event.results);
    case 'checked':
      return checked(moment, state, event.problems);
    case 'decided':
      return decided(moment, state, event);
    case 'replied':
      return { state: replied(moment, state, event), pending: false };
    case 'claimsRead':
      return claimsRead(moment, state, event);
    case 'expired':
      return state.phase.kind === 'ask' ? { state: unanswered(moment, state), pending: false } : expired(moment, state);
    case 'executed':
      return executed(moment, state, event.results);
    default:
      return verified(moment, state, event.results);
  }
}

/** What is planned is looked up before anybody thinks, all at once. */
function classified(
  moment: Moment,
  state: AgentState,
  { intent, brain, note, plan, usage, problem }: Event<'classified'>,
): Next {
  const { policy } = moment.rules;
  const known = {
    ...state,
    intent: cleanValue(policy, intent),
    brain,
    ...given({ problem: problem === undefined ? undefined : cleanAnswer(policy, problem, longestProblem) }),
  };
  const next = noted(moment, addUsage(known, usage), 'classify', note, total(usage));
  return plan.length === 0 ? { state: next, pending: false } : take(moment, next, '', plan, { planned: true });
}

function answered(moment: Moment, state: AgentState, event: Event<'answered'>): Next {
  const { phase } = state;
  if (phase.kind !== 'think') return { state, pending: true };
  const shown = phase.messages.reduce((sum, message) => sum + tokensOf(message), 0);
  const usage = phase.brain === 'rules' ? event.usage : usageOf(event.usage, shown, event.text);
  const by = phase.brain === 'rules' ? 'by rules' : `by ${event.model ?? 'the model'}`;
  const what = event.calls.length > 0 ? `Asks for ${event.calls.map(({ tool }) => tool).join(', ')}` : 'Answers';
  const counted = addUsage({ ...state, turns: state.turns + 1 }, usage);
  const { model, isTruncated } = event;
  const named = { ...counted, ...given({ model, isTruncated, closing: event.closing }) };
  const next = noted(moment, named, 'think', `${what}, ${by}.`, total(usage));
  const text = cleanAnswer(moment.rules.policy, event.text);
  const { extra } = event;
  const facts = { closed: !phase.mayCall, ...given({ extra }) };
  return event.calls.length > 0 ? take(moment, next, text, event.calls, facts) : guarded(moment, next, text);
}

/** A model that failed for good is not asked again; where the rules fail, nobody is left. */
function failed(moment: Moment, state: AgentState, { message, limit = 'modelFailed' }: Event<'failed'>): Next {
  const byRules = state.phase.kind === 'think' && state.phase.brain === 'rules';
  const known = byRules ? state : { ...state, problem: cleanAnswer(moment.rules.policy, message, longestProblem) };
  const next = noted(moment, { ...known, turns: state.turns + 1 }, 'think', `Failed: ${message}`);
  if (byRules) return over(moment, next, { kind: 'stopped', reason: message });
  return { state: closing(moment, next, limit), pending: true };
}

function toThink(moment: Moment, state: AgentState): AgentState {
  const { maxTurns, contextTokens } = moment.rules.limits;
  if (state.turns > maxTurns) {
    return over(moment, state, { kind: 'stopped', reason: `There is no answer after ${many(state.turns, 'turn')}.` })
      .state;
  }
  const messages = fit(state.messages, contextTokens);
  const limit = state.limitedBy ?? limitOf(moment.rules, state, messages);
  if (limit !== undefined) return closing(moment, state, limit);
  const mayCall = state.turns < maxTurns - 1;
  return { ...state, phase: { kind: 'think', brain: state.brain, mayCall, messages: messages ?? [] } };
}

const limits: Readonly<Record<LoopLimit, string>> = {
  maxTurns: 'It has had its turns',
  maxReturns: 'The guardrails sent it back too often',
  tokenBudget: 'The budget of tokens does not allow another turn',
  costBudget: 'The budget of money does not allow another turn',
  tenantBudget: 'The budget of the tenant is spent',
  contextWindow: 'The conversation does not fit the window',
  modelFailed: 'The model failed',
  deadline: 'The deadline has passed',
};

/** The last turn: the rules, without tools, whoever thought before. */
function closing(moment: Moment, state: AgentState, limit: LoopLimit): AgentState {
  const next =
    state.limitedBy === undefined ? noted(moment, state, 'guard', `${limits[limit]}: the rules close.`) : state;
  const mayCall = false;
  return { ...next, brain: 'rules', limitedBy: limit, phase: { kind: 'think', brain: 'rules', mayCall, messages: [] } };
}

function limitOf(
  { limits: bounds }: Rules,
  state: AgentState,
  messages: AgentState['messages'] | undefined,
): LoopLimit | undefined {
  if (state.turns >= bounds.maxTurns) return 'maxTurns';
  if (state.returns > bounds.maxReturns) return 'maxReturns';
  if (state.brain === 'rules') return undefined;
  if (!messages) return 'contextWindow';
  const input = bounds.overheadTokens + messages.reduce((sum, message) => sum + tokensOf(message), 0);
  return unaffordable(bounds, state, { inputTokens: input, outputTokens: bounds.answerTokens });
}

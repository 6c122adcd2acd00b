/** What every step of the loop does: note it, answer calls, count returns. Pure; the time is given. */
import { Budget, given } from '../../../index.ts';
import { estimateTokens, type Message, type ToolResult } from './conversation.ts';
import { cleanAnswer, cleanValue } from './policy.ts';
import { fence, screen } from './screen.ts';
import {
  costOf,
  type ActionRecord,
  type AgentState,
  type LoopLimits,
  type LoopOutcome,
  type Rules,
  type Step,
  type Usage,
} from './state.ts';

/** The rules and the time under which a step is taken. */
export interface Moment {
  readonly rules: Rules;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** The state after an event, and whether it waits for something; where it does not, it is time to think again. */
export type Next = { readonly state: AgentState; readonly pending: boolean };

const longestNote = 300;
/** Characters of one tool's output in the conversation. */
const longestOutput = 12_000;

export function noted({ rules, at }: Moment, state: AgentState, step: Step, note: string, tokens?: number): AgentState {
  const text = cleanAnswer(rules.policy, note, longestNote);
  return { ...state, trace: [...state.trace, { step, at, note: text, ...given({ tokens }) }] };
}

export function said(state: AgentState, message: Message): AgentState {
  return { ...state, messages: [...state.messages, message] };
}

export function addUsage(state: AgentState, { inputTokens, outputTokens, cost, isGuess }: Usage): AgentState {
  const { cost: before, isGuess: wasGuess } = state.usage;
  const usage = {
    inputTokens: state.usage.inputTokens + inputTokens,
    outputTokens: state.usage.outputTokens + outputTokens,
    ...given({ cost: cost === undefined ? before : (before ?? 0) + cost, isGuess: wasGuess ?? isGuess }),
  };
  return { ...state, usage };
}

/** The guardrails send the loop back, with the reason as the answer to each call at fault. */
export function sentBack(moment: Moment, state: AgentState, problems: Readonly<Record<string, string>>): AgentState {
  const entries = Object.entries(problems);
  if (entries.length === 0) return state;
  const note = entries.map(([callId, problem]) => `${callId}: ${problem}`).join(' ');
  const counted = noted(moment, { ...state, returns: state.returns + 1 }, 'guard', `Sent back. ${note}`);
  return entries.reduce((next, [callId, problem]) => answerCall(next, callId, `Refused: ${problem}`), counted);
}

export function answerCall(state: AgentState, callId: string, text: string): AgentState {
  return said(state, { role: 'tool', callId, text });
}

export function recorded(state: AgentState, action: ActionRecord): AgentState {
  return { ...state, actions: [...state.actions, action] };
}

/** A tool's result in the conversation, screened, and its rows among what is known; `prefix` says what it is. */
export function takeResult(
  moment: Moment,
  state: AgentState,
  callId: string,
  result: ToolResult,
  prefix = '',
): AgentState {
  const { policy } = moment.rules;
  if (!result.ok) return answerCall(state, callId, `${prefix}Failed: ${cleanAnswer(policy, result.message)}`);
  const output = cleanValue(policy, result.output);
  const text = JSON.stringify(output);
  const signs = screen(textsOf(output).join('\n'));
  const shown = text.length > longestOutput ? `${text.slice(0, longestOutput)} [cut]` : text;
  const known = { ...state.rows, ...Object.fromEntries(output.rows.map((row) => [row.ref, row])) };
  const next = answerCall({ ...state, rows: known }, callId, prefix + (signs.length > 0 ? fence(shown, signs) : shown));
  if (signs.length === 0) return next;
  const note = `The output of ${callId} ${signs.join(', ')}: it is quoted, and every action now waits for a person.`;
  return noted(moment, { ...next, flagged: true }, 'guard', note);
}

/** Every text in a JSON value: JSON's own escapes would hide a sign at the start of a line. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** The end, and why. */
export function over(moment: Moment, state: AgentState, outcome: LoopOutcome): Next {
  const note = outcome.kind === 'answered' ? 'The answer passed the guardrails.' : `Stopped: ${outcome.reason}`;
  return { state: { ...noted(moment, state, 'outcome', note), phase: { kind: 'over', outcome } }, pending: true };
}

/** The budget that another call of the model would pass; undefined where it may be made. */
export function unaffordable(
  bounds: LoopLimits,
  { usage }: Pick<AgentState, 'usage'>,
  turn: Usage,
): 'tokenBudget' | 'costBudget' | undefined {
  if (!allows(bounds.tokenBudget, total(usage), total(turn))) return 'tokenBudget';
  const cost = bounds.cost && allows(bounds.cost.budget, costOf(bounds, usage) ?? 0, costOf(bounds, turn) ?? 0);
  return cost === false ? 'costBudget' : undefined;
}

/** A turn is reserved in full before it is taken, so that the sum never passes the limit by more than an estimate's error. */
function allows(limit: number, already: number, turn: number): boolean {
  const budget = new Budget(limit);
  budget.settle(0, already);
  return budget.reserve(turn);
}

export function total({ inputTokens, outputTokens }: Usage): number {
  return inputTokens + outputTokens;
}

/** Tokens of a turn of which the activity did not say: its worker is of before it guessed. */
export function usageOf(usage: Usage, shown: number, text: string): Usage {
  if (usage.inputTokens + usage.outputTokens > 0) return usage;
  return { inputTokens: shown, outputTokens: estimateTokens(text), isGuess: true };
}

/** Asking back: a question of the agent to the person that it answers, and what they say to it. */
import { cleanAnswer } from './policy.ts';
import { readAnswer } from './grounding.ts';
import { screen } from './screen.ts';
import { answerCall, noted, type Moment } from './step.ts';
import type { AgentState, Replied } from './state.ts';
import type { EarlierMessage, ToolCall, UsableCall } from './conversation.ts';

/** The tool by which a model asks back, where its agent lets it. */
export const askTool = 'ask';
/** Characters of what a person says that are taken. */
export const longestMessage = 8000;

/** What is asked, as the person will read it. */
export function questionOf({ input }: Pick<UsableCall, 'input'>): string {
  const { question } = (input ?? {}) as { readonly question?: unknown };
  return typeof question === 'string' ? question : '';
}

/** Why a call cannot be made beside the others of its turn; undefined where it can. */
export function besideQuestions(
  effectOf: (call: ToolCall) => string | undefined,
  calls: readonly ToolCall[],
  index: number,
): string | undefined {
  const call = calls[index];
  const effect = call && effectOf(call);
  const isFirst = calls.findIndex((each) => effectOf(each) === 'ask') === index;
  if (effect === 'ask' && !isFirst) return 'One question a turn.';
  if (effect === 'act' && calls.some((each) => effectOf(each) === 'ask'))
    return 'Nothing is done while a question is open: ask, and act on the answer.';
  return undefined;
}

/** Why a question cannot go out: it is held to the rows as an answer is, and it may give no address that they have not. */
export function judgeQuestion({ policy }: Moment['rules'], state: AgentState, call: UsableCall): string | undefined {
  const question = questionOf(call).trim();
  if (question === '') return '`question` must not be empty.';
  if (!policy.grounding) return undefined;
  const { rows, asked = [], failed = [], empty = [] } = state;
  const { reasons } = readAnswer(policy.grounding, question, { rows, asked, failed, empty });
  return reasons.length === 0 ? undefined : `The question cannot go out. ${reasons.join(' ')}`;
}

/** The state in which the question waits. */
export function asks(moment: Moment, state: AgentState, call: UsableCall): AgentState {
  const input = { ...(call.input as object), question: cleanAnswer(moment.rules.policy, questionOf(call)) };
  const next = noted(moment, state, 'ask', `Asks back: ${input.question}`);
  const spoken = exchanged(next, { role: 'assistant', text: input.question });
  return { ...spoken, phase: { kind: 'ask', call: { ...call, input } } };
}

export function replied(moment: Moment, state: AgentState, { text, by = 'The person' }: Replied): AgentState {
  if (state.phase.kind !== 'ask') return state;
  const { id } = state.phase.call;
  const said = cleanAnswer(moment.rules.policy, text, longestMessage);
  const heard = noted(moment, state, 'ask', `${by} answers: ${said}`);
  const spoken = exchanged(screened(moment, heard, said, 'The reply'), { role: 'user', text: said });
  return answerCall(spoken, id, said);
}

function exchanged(state: AgentState, message: EarlierMessage): AgentState {
  return { ...state, exchanged: [...(state.exchanged ?? []), message] };
}

export function unanswered(moment: Moment, state: AgentState): AgentState {
  if (state.phase.kind !== 'ask') return state;
  const note = 'Nobody answered in time.';
  return answerCall(noted(moment, state, 'ask', note), state.phase.call.id, note);
}

/** The state after a person's text, which may have tried to steer the model. */
export function screened(moment: Moment, state: AgentState, text: string, what: string): AgentState {
  const signs = screen(text);
  if (signs.length === 0) return state;
  const note = `${what} ${signs.join(', ')}: every action waits for a person.`;
  return noted(moment, { ...state, flagged: true }, 'guard', note);
}

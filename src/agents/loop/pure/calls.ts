/**
 * The calls of one turn: refused, looked up, or checked, approved, executed and verified; each is answered exactly once.
 * What acts waits until the turn's look-ups are in, since one of them may turn out to steer the model.
 */
import { given } from '../../../index.ts';
import { argumentsOf, type LookUp, type ToolCall, type ToolResult, type UsableCall } from './conversation.ts';
import { markOf, saidOf } from './done.ts';
import { asks, besideQuestions, judgeQuestion } from './ask.ts';
import { answerCall, noted, recorded, said, sentBack, takeResult, type Moment, type Next } from './step.ts';
import { cleanAnswer, judgeCall, needsApproval, policyOf } from './policy.ts';
import type { ActionRecord, AgentState, Approved, Decided, Executed } from './state.ts';

type Results = Readonly<Record<string, ToolResult>>;

const lost: ToolResult = { ok: false, message: 'It gave no result.' };
const answered = (state: AgentState): Next => ({ state, pending: false });
const pending = (state: AgentState, phase: AgentState['phase']): Next => ({
  state: { ...state, phase },
  pending: true,
});

export interface TurnFacts {
  /** No call may be made any more. */
  readonly closed?: boolean;
  /** Nobody's turn: what is looked up before anybody thinks. */
  readonly planned?: true;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Takes the calls of a turn. */
export function take(
  moment: Moment,
  state: AgentState,
  text: string,
  asked: readonly ToolCall[],
  { closed = false, ...more }: TurnFacts = {},
): Next {
  const calls = unique(state, asked);
  const spoken = said(state, { role: 'assistant', text, calls, ...more });
  const problems = Object.fromEntries(
    calls.flatMap((call, index) => {
      const problem = closed ? 'No tool may be called any more.' : problemOf(moment, state, calls, index);
      return problem === undefined ? [] : [[call.id, problem]];
    }),
  );
  const good = calls.filter((call): call is UsableCall => call.kind === 'usable' && problems[call.id] === undefined);
  const next = sentBack(moment, spoken, problems);
  const reads = good.filter(({ tool }) => policyOf(moment.rules.policy, tool)?.effect === 'read');
  const acts = good.filter((call) => !reads.includes(call));
  if (reads.length === 0) return toCheck(moment, next, acts);
  const note = `Looks up ${reads.map(nameOf).join(', ')} at once.`;
  return pending(noted(moment, next, 'plan', note), { kind: 'lookUp', calls: reads, held: acts });
}

function problemOf(
  { rules }: Moment,
  state: AgentState,
  calls: readonly ToolCall[],
  index: number,
): string | undefined {
  const call = calls[index];
  if (!call) return undefined;
  if (index >= rules.limits.maxCalls) return `At most ${rules.limits.maxCalls} calls a turn.`;
  const effectOf = ({ tool }: ToolCall): string | undefined => policyOf(rules.policy, tool)?.effect;
  const problem = judgeCall(rules.policy, call) ?? besideQuestions(effectOf, calls, index);
  if (problem !== undefined) return problem;
  if (call.kind === 'usable' && effectOf(call) === 'ask') {
    const unfit = judgeQuestion(rules, state, call);
    if (unfit !== undefined) return unfit;
  }
  const earlier = [...callsSinceAction(state), ...calls.slice(0, index)];
  const same = earlier.find((other) => other.tool === call.tool && argumentsOf(other) === argumentsOf(call));
  return same ? `It was asked before as ${same.id}; its answer stands above.` : undefined;
}

/** An execution changes what look-ups find, so only calls after the last one count as asked before. */
function callsSinceAction({ messages, actions }: AgentState): ToolCall[] {
  const done = actions.findLast(({ state }) => state === 'verified' || state === 'unverified')?.callId;
  const from = messages.findIndex(({ role, ...rest }) => role === 'tool' && 'callId' in rest && rest.callId === done);
  return messages.slice(from + 1).flatMap((message) => (message.role === 'assistant' ? message.calls : []));
}

export function lookedUp(moment: Moment, state: AgentState, results: Results): Next {
  if (state.phase.kind !== 'lookUp') return answered(state);
  const { calls, held } = state.phase;
  const withResults = calls.reduce((each, { id }) => takeResult(moment, each, id, results[id] ?? lost), state);
  const failed = calls.filter(({ id }) => !(results[id] ?? lost).ok);
  const empty = calls.filter(({ id }) => foundNothing(results[id] ?? lost));
  const next = withLookUps(withResults, calls, failed, empty);
  const note = `${calls.length - failed.length} of ${calls.length} answered.`;
  return toCheck(moment, noted(moment, next, 'lookUp', note), held);
}

const foundNothing = (result: ToolResult): boolean => result.ok && result.output.rows.length === 0;

/** What was asked and answered, what of it found nothing, and which tools have not answered since they last failed. */
function withLookUps(
  state: AgentState,
  calls: readonly UsableCall[],
  failed: readonly UsableCall[],
  empty: readonly UsableCall[],
): AgentState {
  const good = calls.filter((call) => !failed.includes(call));
  // What was there by the last look-up is there.
  const emptyBefore = (state.empty ?? []).filter((each) => !good.some((call) => isSameLookUp(call, each)));
  const before = (state.failed ?? []).filter((tool) => !good.some((call) => call.tool === tool));
  return {
    ...state,
    asked: [...(state.asked ?? []), ...good.map(({ input }) => input)],
    empty: [...emptyBefore, ...empty.map(({ tool, input }) => ({ tool, input }))],
    failed: [...new Set([...before, ...failed.map(({ tool }) => tool)])],
  };
}

const isSameLookUp = (call: UsableCall, { tool, input }: LookUp): boolean =>
  call.tool === tool && JSON.stringify(call.input) === JSON.stringify(input);

function toCheck(moment: Moment, state: AgentState, calls: readonly UsableCall[]): Next {
  const [first] = calls;
  if (!first) return answered(state);
  // A question is alone: nothing is done beside it.
  if (policyOf(moment.rules.policy, first.tool)?.effect === 'ask')
    return { state: asks(moment, state, first), pending: true };
  const note = `Checks ${calls.map(nameOf).join(', ')} before anything is done.`;
  return pending(noted(moment, state, 'guard', note), { kind: 'check', calls });
}

/** What passed goes on: to a person where the policy says so. */
export function checked(moment: Moment, state: AgentState, problems: Readonly<Record<string, string>>): Next {
  if (state.phase.kind !== 'check') return answered(state);
  const { calls } = state.phase;
  const known = Object.fromEntries(Object.entries(problems).filter(([id]) => calls.some((call) => call.id === id)));
  const next = sentBack(moment, state, known);
  const passed = calls.filter(({ id }) => known[id] === undefined);
  const waiting = passed.filter((call) => needsApproval(moment.rules.policy, call, state.flagged));
  const ready = passed.filter((call) => !waiting.includes(call)).map((call) => ({ call }));
  if (waiting.length === 0) return toExecute(moment, next, ready);
  const note = `Waits for a person: ${waiting.map(nameOf).join(', ')}.`;
  return pending(noted(moment, next, 'approve', note), { kind: 'approve', waiting, ready });
}

export function decided(
  moment: Moment,
  state: AgentState,
  { callId, approved, by = 'somebody', reason }: Decided,
): Next {
  if (state.phase.kind !== 'approve') return answered(state);
  const { waiting, ready } = state.phase;
  const call = waiting.find(({ id }) => id === callId);
  if (!call) return { state, pending: true };
  const left = waiting.filter((other) => other !== call);
  const why = reason === undefined ? '' : ` ${cleanAnswer(moment.rules.policy, reason)}`;
  const next = noted(moment, state, 'approve', `${callId} ${approved ? 'approved' : 'rejected'} by ${by}.${why}`);
  const kept = approved ? next : rejected(next, call, `Rejected by ${by}.${why}`, by);
  const go = approved ? [...ready, { call, by }] : ready;
  if (left.length > 0) return pending(kept, { kind: 'approve', waiting: left, ready: go });
  return toExecute(moment, kept, go);
}

export function expired(moment: Moment, state: AgentState): Next {
  if (state.phase.kind !== 'approve') return answered(state);
  const { waiting, ready } = state.phase;
  const note = 'Nobody decided in time, so it was not done.';
  const next = waiting.reduce((each, call) => rejected(each, call, note), noted(moment, state, 'approve', note));
  return toExecute(moment, next, ready);
}

function rejected(state: AgentState, { id, tool, input }: UsableCall, note: string, by?: string): AgentState {
  const action = { callId: id, tool, input, state: 'rejected' as const, note, ...given({ by }) };
  return recorded(answerCall(state, id, note), action);
}

function toExecute(moment: Moment, state: AgentState, calls: readonly Approved[]): Next {
  if (calls.length === 0) return answered(state);
  const note = `Executes ${calls.map(({ call }) => nameOf(call)).join(', ')}.`;
  return pending(noted(moment, state, 'execute', note), { kind: 'execute', calls });
}

export function executed(moment: Moment, state: AgentState, results: Results): Next {
  if (state.phase.kind !== 'execute') return answered(state);
  const done: Executed[] = [];
  let next = state;
  for (const approved of state.phase.calls) {
    const { id } = approved.call;
    const result = results[id] ?? lost;
    if (result.ok) done.push({ ...approved, output: result.output });
    else next = settled(takeResult(moment, next, id, result), approved, 'failed', result.message);
  }
  return done.length === 0 ? answered(next) : pending(next, { kind: 'verify', calls: done });
}

/** Nothing counts as done before it was read back. */
export function verified(moment: Moment, state: AgentState, results: Results): Next {
  if (state.phase.kind !== 'verify') return answered(state);
  const next = state.phase.calls.reduce((each, call) => verifiedOne(moment, each, call, results), state);
  return answered(next);
}

function verifiedOne(moment: Moment, state: AgentState, done: Executed, results: Results): AgentState {
  const { id } = done.call;
  const result = results[id] ?? lost;
  const claims = moment.rules.policy.grounding?.readsClaims;
  if (result.ok) {
    const prefix = claims ? `Executed and read back, to be said as ${markOf(id)}: ` : 'Executed and read back: ';
    const next = takeResult(moment, state, id, result, prefix);
    const note = `${nameOf(done.call)} is done: ${result.output.note ?? 'its effect was read back'}`;
    const rows = result.output.rows.map(({ ref }) => ref);
    const words = cleanAnswer(moment.rules.policy, saidOf(done.call.tool, done.by, next.rows[rows[0] ?? '']));
    return settled(noted(moment, next, 'verify', note), done, 'verified', note, { rows, said: words });
  }
  const note = `${nameOf(done.call)} was executed, but its effect could not be confirmed: ${result.message}`;
  const next = answerCall(noted(moment, state, 'verify', note), id, note);
  return settled(next, done, 'unverified', note);
}

function settled(
  state: AgentState,
  { call, by }: Approved,
  how: 'failed' | 'verified' | 'unverified',
  note: string,
  left: Pick<ActionRecord, 'rows' | 'said'> = {},
): AgentState {
  const { id: callId, tool, input } = call;
  return recorded(state, { callId, tool, input, state: how, note, ...given({ by }), ...left });
}

/** Models repeat ids or leave them out, and an activity's id must be its own. */
function unique(state: AgentState, calls: readonly ToolCall[]): ToolCall[] {
  const before = state.messages.flatMap((message) => (message.role === 'assistant' ? message.calls : []));
  const taken = new Set(before.map(({ id }) => id));
  return calls.map((call) => {
    const isFit = /^[\w.:-]{1,64}$/.test(call.id);
    const base = isFit ? call.id : `call-${taken.size + 1}`;
    let id = base;
    for (let number = 2; taken.has(id); number++) id = `${base}-${number}`;
    taken.add(id);
    return isFit || call.id === '' ? { ...call, id } : { ...call, id, sent: { ...call.sent, id: call.id } };
  });
}

function nameOf({ id, tool }: ToolCall): string {
  return id === tool ? tool : `${tool} (${id})`;
}

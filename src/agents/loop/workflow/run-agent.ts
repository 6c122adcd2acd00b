/**
 * Runs an agent's decisions: thinking and looking up as activities, the calls of a turn side by side, and people as Updates.
 * The surprising rule: nothing is decided here; every step comes from `pure/loop.ts`, so that it can be proved without a server.
 */
import {
  fanIn,
  type FanIn,
  type GatherOptions,
  describeError,
  type TaskResult,
  type TaskSuccess,
  gather,
  detail,
  given,
  inSpan,
  shownId,
  waitForPerson,
} from '../../../workflow.ts';
import { oneLine } from '../../../core/text/index.ts';
import { CancellationScope, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { ClaimsFound, ReadClaimsInput } from '../activities/read-claims.ts';
import { advance, begin } from '../pure/loop.ts';
import { limitOf } from '../pure/policy.ts';
import type { EarlierMessage, ToolOutput, ToolResult, UsableCall } from '../pure/conversation.ts';
import type { AgentEvent, AgentState, Phase, Rules } from '../pure/state.ts';
import { openDesk } from './approvals.ts';
import { stepsOf, type Steps } from './steps.ts';
import { traceTable } from '../pure/trace.ts';

export interface AgentRun {
  /** The agent's name on the worker. */
  readonly agent: string;
  /** What its activities' names begin with. @default that of fanfold's own */
  readonly prefix?: string;
  /** What was said before in this conversation. @default nothing */
  readonly earlier?: readonly EarlierMessage[];
  readonly rules: Rules;
  readonly message: string;
  /** Who it is about, as its tools know it. */
  readonly subject: unknown;
  readonly approvalMs: number;
  /** Milliseconds that a question waits for its answer. @default as long as an approval */
  readonly replyMs?: number;
  /** Milliseconds from the start in which the run ends: without the model, and without whom it still waits for. @default none */
  readonly deadlineMs?: number;
  /** Of the look-ups of a turn. */
  readonly lookUps?: GatherOptions<UsableCall, unknown>;
  readonly attempts?: number;
  readonly known?: Readonly<Record<string, TaskSuccess>>;
}

/** Every call that was made, as one fan-in. */
export interface AgentResult {
  readonly state: AgentState;
  readonly fanIn: FanIn;
}

export async function runAgent(run: AgentRun): Promise<AgentResult> {
  const startedAt = Date.now();
  const perform = performer(run, startedAt);
  let state = begin(run.rules, run.message, startedAt, run.earlier);
  let until = 0;
  const dispatch = (event: AgentEvent): void => {
    state = advance(run.rules, state, event, Date.now());
  };
  openDesk({
    waiting: () => (state.phase.kind === 'approve' ? state.phase.waiting : []),
    question: () => (state.phase.kind === 'ask' ? state.phase.call : undefined),
    until: () => until,
    decide: dispatch,
  });
  const refresh = detail(() => traceTable(state.trace));
  const results: TaskResult[] = [];
  while (state.phase.kind !== 'over') {
    refresh();
    const waiting = state.phase;
    if (waiting.kind === 'approve' || waiting.kind === 'ask') {
      const { approvalMs, replyMs = approvalMs } = run;
      const leftMs = run.deadlineMs === undefined ? Infinity : Math.max(1, startedAt + run.deadlineMs - Date.now());
      const waitMs = Math.min(waiting.kind === 'ask' ? replyMs : approvalMs, leftMs);
      until = Date.now() + waitMs;
      const isOver = await waitForPerson(() => state.phase.kind !== waiting.kind, waitMs, waitText(waiting));
      if (!isOver) dispatch({ kind: 'expired' });
    } else dispatch(await inSpan(`step ${state.phase.kind}`, () => perform(state, results)));
  }
  refresh();
  return { state, fanIn: fanIn(results, { elapsedMs: Date.now() - startedAt, stoppedBy: 'allSettled' }) };
}

type Waiting = Extract<Phase, { readonly kind: 'approve' | 'ask' }>;

/** `waits for approval of refund P-1`, for Temporal's Web UI. */
function waitText(phase: Waiting): string {
  if (phase.kind === 'ask') return 'waits for an answer';
  const { waiting } = phase;
  const named = waiting.slice(0, 3).map(({ tool, input }) => {
    const about = Object.values(typeof input === 'object' ? (input ?? {}) : {}).find(
      (value: unknown) => typeof value === 'string',
    );
    return typeof about === 'string' ? `${tool} ${oneLine(shownId(about), 60)}` : tool;
  });
  const more = waiting.length > named.length ? ` and ${waiting.length - named.length} more` : '';
  return `waits for approval of ${named.join(', ')}${more}`;
}

type Perform = (state: AgentState, results: TaskResult[]) => Promise<AgentEvent>;

function performer(run: AgentRun, startedAt: number): Perform {
  const inTime = deadline(run.deadlineMs, startedAt);
  const { agent, subject, rules, attempts = 3, prefix = '' } = run;
  const quick = { startToCloseTimeout: '30s', retry: { maximumAttempts: attempts } } as const;
  // A model is slow, and a rate limit passes with time; the endpoint says how long to wait.
  const patient = { startToCloseTimeout: '20 minutes', retry: { maximumAttempts: 5 } } as const;
  const short = stepsOf(prefix, quick);
  const long = stepsOf(prefix, patient);
  /** Where a call of a tool waits. */
  const at = (options: typeof quick | typeof patient, { tool }: UsableCall): Steps =>
    stepsOf(prefix, { ...options, ...given({ limit: limitOf(rules.policy, tool) }) });
  const { workflowId } = workflowInfo();
  const calls = fanOuts(run);
  const call = (each: UsableCall) => ({ agent, call: each, subject });
  const keyed = (each: UsableCall) => ({ ...call(each), key: `${workflowId}/${each.id}` });

  const steps: { readonly [K in Exclude<Phase['kind'], 'over' | 'approve' | 'ask'>]: Step<K> } = {
    async classify(_phase, { messages }) {
      const message = asking(messages);
      const asked = { agent, message, subject };
      const found = await inTime(() => long.classifyRequest(asked));
      if (found) return { kind: 'classified', ...found };
      const byRules = await short.classifyRequest({ ...asked, byRules: true });
      return { kind: 'classified', ...byRules, brain: 'rules', problem: tooLate };
    },
    async think({ brain, mayCall, messages }, { messages: talk, intent, rows, actions, limitedBy, failed }) {
      const known = { message: asking(talk), intent, rows: Object.values(rows), actions, mayCall };
      const more = given({ limitedBy, failed });
      const turn = { agent, brain, messages, maxTokens: rules.limits.answerTokens, ...known, ...more };
      if (brain === 'rules') return orFailed(async () => ({ kind: 'answered', ...(await long.nextTurn(turn)) }));
      return orFailed(async () => {
        const said = await inTime(() => long.nextTurn(turn));
        return said ? { kind: 'answered', ...said } : { kind: 'failed', message: tooLate, limit: 'deadline' };
      });
    },
    read: (phase) => readClaims(() => inTime(() => long.readClaims({ agent, ...toRead(phase) }))),
    async lookUp({ calls: asked }, _state, results) {
      const found = await calls('look-ups', asked, (each) => at(quick, each).lookUp(call(each)), run.lookUps);
      results.push(...found);
      return { kind: 'lookedUp', results: byId(found, asOutput) };
    },
    async check({ calls: asked }) {
      const found = await calls('checks', asked, (each) => at(quick, each).checkAction(call(each)));
      const problems = found.flatMap((result) => {
        const problem = result.success ? result.result : result.error.message;
        return typeof problem === 'string' ? [[result.id, problem] as const] : [];
      });
      return { kind: 'checked', problems: Object.fromEntries(problems) };
    },
    async execute({ calls: approved }, _state, results) {
      const asked = approved.map((each) => each.call);
      const done = await calls('executions', asked, (each) => at(patient, each).executeAction(keyed(each)));
      results.push(...done);
      return { kind: 'executed', results: byId(done, asOutput) };
    },
    async verify({ calls: done }) {
      const asked = done.map((each) => each.call);
      const found = await calls('verifications', asked, (each) => at(patient, each).verifyAction(keyed(each)));
      return { kind: 'verified', results: byId(found, (result) => result as ToolResult) };
    },
  };
  // A step takes the phase of its own name, which an index by the phase's kind cannot say.
  return (state, results) => steps[state.phase.kind as 'think'](state.phase as never, state, results);
}

function toRead({ sentences, facts }: Extract<Phase, { kind: 'read' }>): Omit<ReadClaimsInput, 'agent'> {
  return { sentences, ...given({ facts }) };
}

/** Where nobody could read them, why. */
async function readClaims(read: () => Promise<ClaimsFound | undefined>): Promise<AgentEvent> {
  const unread = { kind: 'claimsRead', claims: [], usage: { inputTokens: 0, outputTokens: 0 } } as const;
  const event = await orFailed(async () => {
    const found = await read();
    return found ? { kind: 'claimsRead', ...found } : { ...unread, problem: tooLate };
  });
  return event.kind === 'failed' ? { ...unread, problem: event.message } : event;
}

/** What the person asks now, behind what was said before. */
function asking(messages: AgentState['messages']): string {
  return messages.find(({ role, ...rest }) => role === 'user' && !('earlier' in rest))?.text ?? '';
}

const tooLate = 'it did not answer before the deadline';

/** Gives up what is left of the run's time to a step of the model; undefined where that was not enough. */
function deadline(deadlineMs: number | undefined, startedAt: number) {
  return async <R>(step: () => Promise<R>): Promise<R | undefined> => {
    if (deadlineMs === undefined) return step();
    const leftMs = startedAt + deadlineMs - Date.now();
    if (leftMs <= 0) return undefined;
    const scope = new CancellationScope({ cancellable: true, timeout: leftMs });
    try {
      return await scope.run(step);
    } catch (error) {
      if (isCancellation(error) && scope.consideredCancelled && !CancellationScope.current().consideredCancelled)
        return undefined;
      throw error;
    }
  };
}

type Step<K extends Phase['kind']> = (
  phase: Extract<Phase, { kind: K }>,
  state: AgentState,
  results: TaskResult[],
) => Promise<AgentEvent>;

/** The calls of a step side by side, each an activity under the id of its call. */
function fanOuts({ known }: AgentRun) {
  return async (
    name: string,
    asked: readonly UsableCall[],
    work: (call: UsableCall) => Promise<unknown>,
    options: GatherOptions<UsableCall, unknown> = {},
  ): Promise<readonly TaskResult[]> => {
    const fresh = Object.fromEntries(
      Object.entries(known ?? {}).filter(([id]) => asked.some((each) => each.id === id)),
    );
    const reused = name === 'look-ups' && Object.keys(fresh).length > 0 ? { known: fresh } : {};
    const { results } = await gather(asked, work, { ...options, ...reused, name, id: ({ id }) => id });
    return results;
  };
}

/** A tool's own promise, as its activity keeps it. */
const asOutput = (output: unknown): ToolResult => ({ ok: true, output: output as ToolOutput });

function byId(results: readonly TaskResult[], read: (value: unknown) => ToolResult): Record<string, ToolResult> {
  return Object.fromEntries(
    results.map((result) => [
      result.id,
      result.success ? read(result.result) : { ok: false, message: result.error.message },
    ]),
  );
}

/** A step that failed for good is the loop's to judge; a cancelled one is not. */
async function orFailed(step: () => Promise<AgentEvent>): Promise<AgentEvent> {
  try {
    return await step();
  } catch (error) {
    if (isCancellation(error) && CancellationScope.current().consideredCancelled) throw error;
    const { name, message } = describeError(error);
    return { kind: 'failed', message, ...(name === 'TenantBudgetSpent' ? { limit: 'tenantBudget' } : {}) };
  }
}

/**
 * Runs an agent's decisions: thinking and looking up as activities, the calls of a turn side by side, and people as Updates.
 * The surprising rule: nothing is decided here; every step comes from `core/agent.ts`, so that it can be proved without a server.
 */
import {
  fanIn,
  type FanIn,
  type GatherOptions,
  describeError,
  type TaskResult,
  type TaskSuccess,
  proxyActivities,
  gather,
  detail,
} from '../../../workflow.ts';
import { CancellationScope, condition, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { AgentActivities } from '../activities/index.ts';
import { advance, begin } from '../pure/loop.ts';
import type { ToolResult, UsableCall } from '../pure/conversation.ts';
import type { AgentEvent, AgentState, Phase, Rules } from '../pure/state.ts';
import { openDesk } from './approvals.ts';
import { traceTable } from '../pure/trace.ts';

export interface AgentRun {
  /** The agent's name on the worker. */
  readonly agent: string;
  readonly rules: Rules;
  readonly message: string;
  /** Who it is about, as its tools know it. */
  readonly subject: unknown;
  readonly approvalMs: number;
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
  const perform = performer(run);
  let state = begin(run.rules, run.message, startedAt);
  let until = 0;
  const happen = (event: AgentEvent): void => {
    state = advance(run.rules, state, event, Date.now());
  };
  openDesk({
    waiting: () => (state.phase.kind === 'approve' ? state.phase.waiting : []),
    until: () => until,
    decide: happen,
  });
  const refresh = detail(() => traceTable(state.trace));
  const results: TaskResult[] = [];
  while (state.phase.kind !== 'over') {
    refresh();
    if (state.phase.kind === 'approve') {
      until = Date.now() + run.approvalMs;
      const isDecided = await condition(() => state.phase.kind !== 'approve', run.approvalMs);
      if (!isDecided) happen({ kind: 'expired' });
    } else happen(await perform(state, results));
  }
  refresh();
  return { state, fanIn: fanIn(results, { elapsedMs: Date.now() - startedAt, stoppedBy: 'allSettled' }) };
}

type Perform = (state: AgentState, results: TaskResult[]) => Promise<AgentEvent>;

function performer(run: AgentRun): Perform {
  const { agent, subject, rules, attempts = 3 } = run;
  const short = proxyActivities<AgentActivities>({ startToCloseTimeout: '30s', retry: { maximumAttempts: attempts } });
  // A model is slow, and a rate limit passes with time; the endpoint says how long to wait.
  const long = proxyActivities<AgentActivities>({ startToCloseTimeout: '3 minutes', retry: { maximumAttempts: 5 } });
  const { workflowId } = workflowInfo();
  const calls = fanOuts(run);
  const call = (each: UsableCall) => ({ agent, call: each, subject });
  const keyed = (each: UsableCall) => ({ ...call(each), key: `${workflowId}/${each.id}` });

  const steps: { readonly [K in Exclude<Phase['kind'], 'over' | 'approve'>]: Step<K> } = {
    async classify(_phase, { messages }) {
      const message = messages[0]?.text ?? '';
      return { kind: 'classified', ...(await long.classifyRequest({ agent, message, subject })) };
    },
    async think({ brain, mayCall, messages }, { messages: [first], intent, rows, actions, limitedBy }) {
      const known = { message: first?.text ?? '', intent, rows: Object.values(rows), actions, mayCall };
      const limited = limitedBy === undefined ? {} : { limitedBy };
      const turn = { agent, brain, messages, maxTokens: rules.limits.answerTokens, ...known, ...limited };
      return orFailed(async () => ({ kind: 'answered', ...(await long.nextTurn(turn)) }));
    },
    async lookUp({ calls: asked }, _state, results) {
      const found = await calls('look-ups', asked, (each) => short.lookUp(call(each)), run.lookUps);
      results.push(...found);
      return { kind: 'lookedUp', results: byId(found, (output) => ({ ok: true, output: output as never })) };
    },
    async check({ calls: asked }) {
      const found = await calls('checks', asked, (each) => short.checkAction(call(each)));
      const problems = found.flatMap((result) => {
        const problem = result.success ? result.result : result.error.message;
        return typeof problem === 'string' ? [[result.id, problem] as const] : [];
      });
      return { kind: 'checked', problems: Object.fromEntries(problems) };
    },
    async execute({ calls: approved }, _state, results) {
      const asked = approved.map((each) => each.call);
      const done = await calls('executions', asked, (each) => long.executeAction(keyed(each)));
      results.push(...done);
      return { kind: 'executed', results: byId(done, (output) => ({ ok: true, output: output as never })) };
    },
    async verify({ calls: done }) {
      const asked = done.map((each) => each.call);
      const found = await calls('verifications', asked, (each) => long.verifyAction(keyed(each)));
      return { kind: 'verified', results: byId(found, (result) => result as ToolResult) };
    },
  };
  return (state, results) => steps[state.phase.kind as 'think'](state.phase as never, state, results);
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
    return { kind: 'failed', message: describeError(error).message };
  }
}

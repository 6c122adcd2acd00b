/** What the agent loop needs done, as activities: classify, think, look up, check, execute, read back. */
import { inSpan } from '../../../activities/index.ts';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Message, Row, ToolCall, ToolOutput, ToolResult, UsableCall } from '../pure/conversation.ts';
import type { ActionRecord, Brain, Closing, LoopLimit, Usage } from '../pure/state.ts';
import { sum } from '../../model/exchange.ts';
import { nothingRead, readClaims, readFacts, type ClaimsFound, type ReadClaimsInput } from './read-claims.ts';
import { think, type ModelTurn } from './think.ts';
import type { CallContext, ExecuteContext, Tool } from './tool.ts';

/**
 * What is known when it is time to answer.
 *
 * @example const answer = ({ rows }: Known): string => rows.map(({ ref }) => `See [${ref}].`).join(' ');
 */
export interface Known {
  readonly message: string;
  readonly intent: unknown;
  readonly rows: readonly Row[];
  readonly actions: readonly ActionRecord[];
  readonly mayCall: boolean;
  readonly limitedBy?: LoopLimit;
  /** Tools whose last look-up failed, so that nothing is known of what they would have found. */
  readonly failed?: readonly string[];
}

export interface ClassifyInput {
  readonly agent: string;
  readonly message: string;
  readonly subject: unknown;
  /** Without the model, since there is no time for it. */
  readonly byRules?: true;
}

export interface Classification {
  readonly intent: unknown;
  readonly brain: Brain;
  readonly note: string;
  readonly plan: readonly ToolCall[];
  readonly usage: Usage;
  /** Why the model that is configured could not be used for it. */
  readonly problem?: string;
}

export interface ThinkInput extends Known {
  readonly agent: string;
  readonly brain: Brain;
  readonly messages: readonly Message[];
  readonly maxTokens: number;
}

export interface CallInput {
  readonly agent: string;
  readonly call: UsableCall;
  readonly subject: unknown;
}

export interface ExecuteInput extends CallInput {
  /** Of this execution: run and call. */
  readonly key: string;
}

/** An agent as its worker knows it. */
export interface Agent {
  readonly instructions: string;
  readonly tools: Readonly<Record<string, Tool>>;
  classify(input: ClassifyInput, signal: AbortSignal, mayRetry: boolean): Promise<Classification>;
  /** What is said without a model. */
  answer(known: Known): ModelTurn;
  /** What of the end the agent knows better than the loop. */
  closing?(known: Known): Closing;
}

export type AgentActivities = ReturnType<typeof createAgentActivities>;

export function createAgentActivities(agents: Readonly<Record<string, Agent>>, environment: NodeJS.ProcessEnv) {
  const agentOf = (name: string): Agent => {
    const agent = Object.hasOwn(agents, name) ? agents[name] : undefined;
    if (agent) return agent;
    throw ApplicationFailure.nonRetryable(`There is no agent '${name}' on this worker`, 'UnknownAgent');
  };
  return {
    async classifyRequest(input: ClassifyInput): Promise<Classification> {
      const { signal, mayRetry } = callContext(input.subject);
      return agentOf(input.agent).classify(input, signal, mayRetry);
    },
    async nextTurn({ agent, brain, messages, maxTokens, ...known }: ThinkInput): Promise<ModelTurn> {
      const { instructions, tools, answer, closing } = agentOf(agent);
      const end = closing ? { closing: closing(known) } : {};
      if (brain === 'rules') return { ...answer(known), ...end };
      const context = Context.current();
      const onText = (characters: number): void => context.heartbeat({ characters });
      const signal = context.cancellationSignal;
      const asked = { instructions, messages, tools, mayCall: known.mayCall, maxTokens, signal, onText };
      return { ...(await think(asked, environment)), ...end };
    },
    async readClaims({ agent, sentences, facts }: ReadClaimsInput): Promise<ClaimsFound> {
      agentOf(agent);
      const { cancellationSignal: signal } = Context.current();
      const deeds = sentences.length === 0 ? nothingRead : await readClaims(sentences, environment, signal);
      if (facts === undefined || deeds.claims.length > 0) return facts ? { ...deeds, unborne: [] } : deeds;
      const { claims: unborne, usage } = await readFacts(facts, environment, signal);
      return { claims: [], unborne, usage: sum(deeds.usage, usage) };
    },
    async lookUp({ agent, call, subject }: CallInput): Promise<ToolOutput> {
      const tool = toolOf(agentOf(agent), call.tool);
      if (tool.effect !== 'read') throw wrongTool(call.tool);
      return executing(call, () => tool.run(call.input, callContext(subject)));
    },
    /** Why it cannot be done; null where it can. */
    async checkAction({ agent, call, subject }: CallInput): Promise<string | null> {
      return (await acting(agentOf(agent), call.tool).check(call.input, callContext(subject))) ?? null;
    },
    async executeAction({ agent, call, subject, key }: ExecuteInput): Promise<ToolOutput> {
      const tool = acting(agentOf(agent), call.tool);
      return executing(call, () => tool.execute(call.input, executeContext(subject, key)));
    },
    async verifyAction({ agent, call, subject, key }: ExecuteInput): Promise<ToolResult> {
      return acting(agentOf(agent), call.tool).verify(call.input, executeContext(subject, key));
    },
  };
}

/** A tool's work by OpenTelemetry's conventions for generative models. */
function executing<R>({ id, tool }: UsableCall, work: () => Promise<R>): Promise<R> {
  const attributes = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': tool, 'gen_ai.tool.call.id': id };
  return inSpan(`execute_tool ${tool}`, { attributes }, work);
}

function toolOf({ tools }: Agent, name: string): Tool {
  const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
  if (tool) return tool;
  throw wrongTool(name);
}

function acting(agent: Agent, name: string): Extract<Tool, { effect: 'act' }> {
  const tool = toolOf(agent, name);
  if (tool.effect === 'act') return tool;
  throw wrongTool(name);
}

function wrongTool(name: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`'${name}' is no tool for this`, 'UnknownTool');
}

function callContext(subject: unknown): CallContext {
  const { cancellationSignal: signal, info } = Context.current();
  const most = info.retryPolicy?.maximumAttempts ?? 1;
  return { subject, signal, mayRetry: info.attempt < most };
}

function executeContext(subject: unknown, key: string): ExecuteContext {
  return { ...callContext(subject), key };
}

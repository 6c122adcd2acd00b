/** An agent of one's own as data: what its run is asked, what it is held to, and what it answers. */
import type { RunContext } from '../../../index.ts';
import type { EarlierMessage, Row } from './conversation.ts';
import type { ActionClaim, ActionRecord, Brain, LoopLimit, Metrics, Rules, TraceEntry } from './state.ts';

/** Of an agent, which is also that of its kind, command and route. */
export const agentName = /^[a-z][a-z0-9-]{0,39}$/;

/**
 * What the run of an agent is asked.
 *
 * @example const input: AgentInput = { agent: 'desk', message: 'Where is my order?', subject: { customer: 7 } };
 */
export interface AgentInput extends RunContext {
  /** The agent, as `defineAgent` named it. */
  readonly agent: string;
  readonly message: string;
  /** Who it is about, as its tools know it; from the caller, and never from the message or a model. */
  readonly subject?: unknown;
  /** What was said before in this conversation, the oldest first. */
  readonly earlier?: readonly EarlierMessage[];
}

/** What the run of an agent is held to, fixed at its start so that a deploy changes no run that goes on. */
export interface AgentTerms {
  readonly rules: Rules;
  readonly approvalMs: number;
  /** How long a question waits for its answer; absent where the agent asks nobody. */
  readonly replyMs?: number;
  readonly deadlineMs?: number;
  /** Whether somebody is notified where a person must take over. */
  readonly handsOver: boolean;
}

/**
 * What an agent answers: the text, the rows that it cites, what it did, and whether a person takes over.
 *
 * @example const { answer } = await client.run('desk', { agent: 'desk', message }); console.log((answer as AgentAnswer).text);
 */
export interface AgentAnswer {
  /** Text that cites rows as `[order 1042]`. */
  readonly text: string;
  /** The rows that it cites, in the order they appear. */
  readonly cited: readonly Row[];
  readonly actions: readonly ActionRecord[];
  /** What the message was taken to want, as the agent sorts messages; absent where it does not. */
  readonly intent?: unknown;
  /** What the text says was done, each by its executed call, in words that the program wrote; absent where it says none. */
  readonly claims?: readonly ActionClaim[];
  /** What was asked back on the way, and what was answered to it. */
  readonly exchanged?: readonly EarlierMessage[];
  /** Why a person takes over; absent where the question is answered. */
  readonly handOver?: string;
  readonly nextAction: string;
  readonly method: Brain;
  /** The model that wrote it; null where rules did. */
  readonly model: string | null;
  /** Why the model was not asked to the end. */
  readonly limitedBy?: LoopLimit;
  /** How the answer was made, for a person. */
  readonly note: string;
  readonly trace: readonly TraceEntry[];
  readonly metrics: Metrics;
}

export function isAgentAnswer(value: unknown): value is AgentAnswer {
  return typeof value === 'object' && value !== null && 'cited' in value && 'nextAction' in value && 'trace' in value;
}

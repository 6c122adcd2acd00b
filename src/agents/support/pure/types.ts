/** What support is about, as data that the workflow, its activities and its callers share. */
import type { AgentAnswer } from '../../loop/pure/types.ts';
import {
  given,
  type Duration,
  milliseconds,
  InvalidOptionsError,
  checkCount,
  type RunContext,
} from '../../../index.ts';
import type { LoopLimits } from '../../loop/pure/state.ts';

export const topics = ['order', 'payments', 'shipping', 'refund', 'other'] as const;
export type Topic = (typeof topics)[number];

export interface Intent {
  readonly topics: readonly Topic[];
  /** The order that the customer named. */
  readonly orderId: number | null;
}

/**
 * The bounds of one agent's run.
 *
 * @example const agent: AgentOptions = { maxTurns: 4, tokenBudget: 20_000, approvalTimeout: '2 days' };
 */
export interface AgentOptions {
  /** Turns of the model. @default 6 */
  readonly maxTurns?: number;
  /** Tokens of the whole run, in and out. @default 60000 */
  readonly tokenBudget?: number;
  /** What the run may cost, with prices per million tokens in the same currency. @default no limit */
  readonly cost?: { readonly budget: number; readonly input: number; readonly output: number };
  /** Tokens of a conversation that the model takes. @default 24000 */
  readonly contextTokens?: number;
  /** How long a person has to approve or reject. @default '7 days' */
  readonly approvalTimeout?: Duration;
}

/**
 * What support is asked, and by which customer.
 *
 * @example const input: SupportInput = { message: 'Where is my order 1042?', customer: 7 };
 */
export interface SupportInput extends RunContext {
  readonly message: string;
  /** Whose rows are seen; taken from the caller, and never from the message or a model. */
  readonly customer: number;
  readonly agent?: AgentOptions;
}

/**
 * What support answers, with what it took the question to be about.
 *
 * @example const { answer } = await client.run('support', input); console.log((answer as SupportAnswer).intent.topics);
 */
export interface SupportAnswer extends AgentAnswer {
  readonly intent: Intent;
}

const defaults = { maxTurns: 6, tokenBudget: 60_000, contextTokens: 24_000 };

/** @throws {InvalidOptionsError} naming the option */
export function supportLimits({ cost, ...options }: AgentOptions = {}): LoopLimits {
  const { maxTurns, tokenBudget, contextTokens } = { ...defaults, ...options };
  checkCount('maxTurns', maxTurns, 1);
  checkCount('tokenBudget', tokenBudget, 0);
  checkCount('contextTokens', contextTokens, 1);
  if (maxTurns > 50) throw new InvalidOptionsError('maxTurns', 'must be at most 50', maxTurns);
  for (const [name, value] of Object.entries(cost ?? {})) {
    if (!(value >= 0)) throw new InvalidOptionsError(`cost.${name}`, 'must be zero or more', value);
  }
  return {
    maxTurns,
    maxReturns: 3,
    maxCalls: 8,
    contextTokens,
    answerTokens: 1200,
    overheadTokens: 1000,
    tokenBudget,
    ...given({ cost }),
  };
}

/** Milliseconds that a person has to decide. @throws {InvalidOptionsError} */
export function approvalMs({ approvalTimeout = '7 days' }: AgentOptions = {}): number {
  return milliseconds(approvalTimeout, 'approvalTimeout');
}

/** @throws {InvalidOptionsError} naming the field */
export function checkSupport({ message, customer, agent }: SupportInput): void {
  if (typeof message !== 'string' || message.trim() === '')
    throw new InvalidOptionsError('message', 'must not be empty', message);
  checkCount('customer', customer, 1);
  supportLimits(agent);
  approvalMs(agent);
}

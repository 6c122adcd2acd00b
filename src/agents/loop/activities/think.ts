/** A model's turn, checked: each call's arguments must fit its tool's own schema, or the model learns what is wrong with them. */
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { estimateTokens, fit, tokensOf, type Message, type ToolCall } from '../pure/conversation.ts';
import type { Closing, Usage } from '../pure/state.ts';
import { parseExactly } from '../../../activities/index.ts';
import type { ModelAnswer, ModelCall } from '../../model/conversation.ts';
import { exchange } from '../../model/exchange.ts';
import { modelWindow } from '../../model/settings.ts';
import { declare, type Tool } from './tool.ts';
import { toModel } from './wire.ts';

export interface ModelTurn {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly usage: Usage;
  readonly model?: string;
  /** Its tokens ended before its answer did. */
  readonly isTruncated?: true;
  /** Fields of the turn that its provider must see again. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly closing?: Closing;
}

export interface ThinkRequest {
  readonly instructions: string;
  readonly messages: readonly Message[];
  readonly tools: Readonly<Record<string, Tool>>;
  readonly mayCall: boolean;
  readonly maxTokens: number;
  readonly signal: AbortSignal;
  onText(characters: number, added: string): void;
}

const longestProblem = 600;
/** The part of a window that is tried where an endpoint says that the conversation is too long for it. */
const narrower = 0.5;

/** @throws {ApplicationFailure} the model's fault */
export async function think(request: ThinkRequest, environment: NodeJS.ProcessEnv): Promise<ModelTurn> {
  const { tools, mayCall, messages, ...rest } = request;
  const declared = mayCall ? declare(tools) : [];
  const around = estimateTokens(request.instructions + JSON.stringify(declared)) + request.maxTokens;
  const ask = (shown: readonly Message[]): Promise<ModelAnswer> =>
    exchange({ ...rest, messages: toModel(shown), tools: declared }, environment, 'turn');
  const window = modelWindow(environment, Number.MAX_SAFE_INTEGER) - around;
  const answer = await ask(within(messages, window)).catch((error: unknown) => {
    if (!(error instanceof ApplicationFailure) || error.type !== 'ModelWindowExceeded') throw error;
    const shown = messages.reduce((sum, message) => sum + tokensOf(message), 0);
    const shorter = fit(messages, Math.floor(Math.min(shown, window) * narrower));
    if (!shorter) throw error;
    return ask(shorter);
  });
  return turnOf(answer, tools);
}

function within(messages: readonly Message[], window: number): readonly Message[] {
  const fitted = fit(messages, window);
  if (fitted) return fitted;
  const message = 'The conversation does not fit the window of the model (FANFOLD_MODEL_WINDOW)';
  throw ApplicationFailure.nonRetryable(message, 'ModelWindowExceeded');
}

function turnOf(answer: ModelAnswer, tools: Readonly<Record<string, Tool>>): ModelTurn {
  const { text, calls, usage, model, isTruncated, extra } = answer;
  return {
    text,
    calls: calls.map((call) => checked(call, tools)),
    usage,
    model,
    ...(isTruncated ? { isTruncated: true as const } : {}),
    // What comes back does so with the calls that it led to.
    ...(extra && calls.length > 0 ? { extra } : {}),
  };
}

/** Also where a model puts a fence around them, or its server encodes them twice. */
function argumentsIn(text: string): unknown {
  const inside = text.startsWith('```') && text.endsWith('```') ? text.slice(text.indexOf('\n'), -3) : text;
  const value = parseExactly(inside);
  return typeof value === 'string' && value.trim().startsWith('{') ? parseExactly(value) : value;
}

function checked({ id, name, arguments: given, extra }: ModelCall, tools: Readonly<Record<string, Tool>>): ToolCall {
  const sent = extra === undefined ? {} : { sent: { extra } };
  const unusable = (problem: string): ToolCall => ({
    kind: 'unusable',
    id,
    tool: name,
    given: given.slice(0, 2000),
    problem: problem.slice(0, longestProblem),
    ...sent,
  });
  let input: unknown;
  try {
    // An order id of 64 bits that was rounded would be another order's.
    input = given.trim() === '' ? {} : argumentsIn(given.trim());
  } catch (error) {
    return unusable(`they are not JSON that can be used: ${error instanceof Error ? error.message : 'unknown'}.`);
  }
  const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
  // The policy refuses a tool that it does not know, and says which there are.
  if (!tool) return { kind: 'usable', id, tool: name, input, ...sent };
  const parsed = tool.schema.safeParse(input);
  return parsed.success
    ? { kind: 'usable', id, tool: name, input: parsed.data, ...sent }
    : unusable(z.prettifyError(parsed.error));
}

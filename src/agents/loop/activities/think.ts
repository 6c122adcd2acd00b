/**
 * A model's turn, checked: each call's arguments must fit its tool's own schema, or the model hears what is wrong with them.
 * The surprising rule: `OPENAI_API=responses` chooses the Responses API; without it chat completions are spoken.
 */
import { z } from 'zod';
import type { Message, ToolCall } from '../pure/conversation.ts';
import type { Usage } from '../pure/state.ts';
import { modelEndpoint } from '../../model/completion.ts';
import { chatTurn } from './chat.ts';
import { responsesTurn } from './responses.ts';
import type { RawCall } from './stream.ts';
import { declare, type Tool } from './tool.ts';

export interface ModelTurn {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly usage: Usage;
  readonly model?: string;
}

export interface ThinkRequest {
  readonly instructions: string;
  readonly messages: readonly Message[];
  readonly tools: Readonly<Record<string, Tool>>;
  readonly mayCall: boolean;
  readonly maxTokens: number;
  readonly signal: AbortSignal;
  beat(characters: number): void;
}

const longestProblem = 600;

/** @throws {ApplicationFailure} the model's fault */
export async function think(
  { tools, mayCall, ...request }: ThinkRequest,
  environment: NodeJS.ProcessEnv,
): Promise<ModelTurn> {
  const turn = environment['OPENAI_API']?.trim() === 'responses' ? responsesTurn : chatTurn;
  const raw = await turn({ ...request, tools: mayCall ? declare(tools) : [] }, modelEndpoint(environment));
  return { ...raw, calls: raw.calls.map((call) => checked(call, tools)) };
}

function checked({ id, name, arguments: given }: RawCall, tools: Readonly<Record<string, Tool>>): ToolCall {
  const unusable = (problem: string): ToolCall => ({
    kind: 'unusable',
    id,
    tool: name,
    given: given.slice(0, 2000),
    problem: problem.slice(0, longestProblem),
  });
  let input: unknown;
  try {
    input = given.trim() === '' ? {} : JSON.parse(given);
  } catch {
    return unusable('they are not JSON.');
  }
  const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
  // The policy refuses a tool that it does not know, and says which there are.
  if (!tool) return { kind: 'usable', id, tool: name, input };
  const parsed = tool.schema.safeParse(input);
  return parsed.success
    ? { kind: 'usable', id, tool: name, input: parsed.data }
    : unusable(z.prettifyError(parsed.error));
}

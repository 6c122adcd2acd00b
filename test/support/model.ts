/** A model behind a real endpoint that follows a script: what it says depends on how far the conversation is, so retries repeat nothing. */
import {
  LLMock,
  type ErrorResponse,
  type FixtureOpts,
  type TextResponse,
  type ToolCallResponse,
} from '@copilotkit/aimock';
import { afterAll, beforeAll, beforeEach } from 'vitest';

type Response = TextResponse | ToolCallResponse | ErrorResponse;

export interface ChatBody {
  readonly messages: readonly {
    readonly role: string;
    readonly content: string;
    readonly tool_call_id?: string;
    readonly tool_calls?: readonly { readonly id: string; readonly function: { readonly name: string } }[];
  }[];
  readonly tools?: readonly unknown[];
  readonly response_format?: unknown;
}

export interface ScriptedModel {
  readonly mock: LLMock;
  readonly url: string;
  /** What it makes of the message. */
  classifies(intent: object): void;
  /** Its turns, one after the other; the last is repeated for ever. */
  plays(...turns: readonly Response[]): void;
  /** Its turn `number` (from 0) the first time it is asked for. */
  once(number: number, response: Response, options?: FixtureOpts): void;
  /** Every conversation that it was shown, classifications left out. */
  asked(): readonly ChatBody[];
}

export const calls = (
  ...each: readonly (readonly [name: string, input: unknown, id?: string])[]
): ToolCallResponse => ({
  toolCalls: each.map(([name, input, id]) => ({
    name,
    arguments: typeof input === 'string' ? input : JSON.stringify(input),
    ...(id === undefined ? {} : { id }),
  })),
});

/** Call at the top of a test file. The first look-ups are planned, so they are no turn of the model. */
export function scriptedModel(): ScriptedModel {
  const mock = new LLMock({ port: 0 });
  beforeAll(async () => {
    await mock.start();
  });
  beforeEach(() => mock.reset());
  afterAll(() => mock.stop());
  // Of the calls of one turn, the Responses API makes a message each.
  const turnOf = ({ messages }: { messages: readonly { role: string }[] }): number =>
    messages.filter(({ role }, index) => role === 'assistant' && messages[index - 1]?.role !== role).length;
  // The Responses API has another place for the form of an answer, which the mock leaves out of what it shows.
  const sorts = (request: { response_format?: unknown; messages: readonly { content: unknown }[] }): boolean =>
    request.response_format !== undefined || String(request.messages[0]?.content).startsWith('You sort ');
  return {
    mock,
    get url() {
      return `${mock.url}/v1`;
    },
    classifies: (intent) => void mock.on({ predicate: sorts }, { content: JSON.stringify(intent) }),
    plays: (...turns) =>
      void mock.on(
        { predicate: (request) => !sorts(request) },
        (request) => turns[Math.min(turnOf(request), turns.length - 1)] ?? { content: '' },
      ),
    once: (number, response, options) => {
      let isDue = true;
      const predicate = (request: { response_format?: unknown; messages: { role: string }[] }): boolean => {
        const matches = isDue && request.response_format === undefined && turnOf(request) === number;
        if (matches) isDue = false;
        return matches;
      };
      mock.on({ predicate }, response, options);
    },
    asked: () =>
      mock
        .getRequests()
        .map(({ body }) => body as unknown as ChatBody)
        .filter(({ response_format: format }) => format === undefined),
  };
}

/**
 * What an agent and its tools have said, as plain JSON, and how much of it a model is shown.
 * To fit the window, the oldest outputs of tools are truncated first, and a note stays where they were.
 */

export interface UsableCall {
  readonly kind: 'usable';
  /** Unique in the run; it is also the id of the activity. */
  readonly id: string;
  readonly tool: string;
  /** Valid by the tool's own schema. */
  readonly input: unknown;
  readonly sent?: SentCall;
}

/** What of a call its model must see again as it sent it. */
export interface SentCall {
  /** Its id, where that is none for an activity. */
  readonly id?: string;
  /** Fields that its provider added, such as signatures. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A call whose arguments are no JSON or do not fit the tool's schema. */
export interface UnusableCall {
  readonly kind: 'unusable';
  readonly id: string;
  readonly tool: string;
  /** The arguments as they were given. */
  readonly given: string;
  readonly problem: string;
  readonly sent?: SentCall;
}

export type ToolCall = UsableCall | UnusableCall;

export type Message =
  | { readonly role: 'user'; readonly text: string; readonly earlier?: true }
  | {
      readonly role: 'assistant';
      readonly text: string;
      readonly calls: readonly ToolCall[];
      /** No turn of a model: what was looked up before it was asked. */
      readonly planned?: true;
      /** Said in an earlier run of this conversation. */
      readonly earlier?: true;
      /** Fields of the turn that its provider added and must see again. */
      readonly extra?: Readonly<Record<string, unknown>>;
    }
  | { readonly role: 'tool'; readonly callId: string; readonly text: string }
  /** What the guardrails say to the model. */
  | { readonly role: 'guard'; readonly text: string };

/**
 * What was said before in the same conversation.
 *
 * @example const earlier: EarlierMessage[] = [{ role: 'user', text: 'Where is my order?' }, { role: 'assistant', text: 'Which one?' }];
 */
export interface EarlierMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/**
 * A row that an answer may rest on and cite by its `ref`, such as `order 1042`.
 *
 * @example const row: Row = { ref: 'order 1042', status: 'sent', cents: 12_990 };
 */
export type Row = { readonly ref: string } & Readonly<Record<string, string | number | boolean | null>>;

/** What was looked up, as a sentence may deny that it is there. */
export interface LookUp {
  readonly tool: string;
  readonly input: unknown;
}

export interface ToolOutput {
  readonly rows: readonly Row[];
  /** What a reader of the rows should know. */
  readonly note?: string;
}

/** What became of a call. */
export type ToolResult =
  | { readonly ok: true; readonly output: ToolOutput }
  | { readonly ok: false; readonly message: string };

/**
 * Tokens of a text, rounded up: three characters a token, where English has about four and code or other scripts
 * fewer (OpenAI's own rule of thumb is four).
 */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 3);
}

/** Of a message with what the wire format adds, about ten tokens a message and a call. */
export function tokensOf(message: Message): number {
  const calls = message.role === 'assistant' ? message.calls : [];
  return (
    10 + estimateTokens(message.text) + calls.reduce((sum, call) => sum + 10 + estimateTokens(argumentsOf(call)), 0)
  );
}

export function argumentsOf(call: ToolCall): string {
  return call.kind === 'usable' ? JSON.stringify(call.input ?? {}) : call.given;
}

const sum = (messages: readonly Message[]): number => messages.reduce((total, each) => total + tokensOf(each), 0);
const truncatedNote = (text: string): string => `[Cut to fit the model's window: ${text.length} characters were here.]`;

/** The conversation within `window` tokens; undefined where even its bare bones are larger. */
export function fit(messages: readonly Message[], window: number): Message[] | undefined {
  const fitted = [...messages];
  let total = sum(fitted);
  for (let index = 0; index < fitted.length && total > window; index++) {
    const message = fitted[index];
    if (message?.role !== 'tool' || message.text.length <= truncatedNote(message.text).length) continue;
    const short = { ...message, text: truncatedNote(message.text) };
    total += tokensOf(short) - tokensOf(message);
    fitted[index] = short;
  }
  return total > window ? undefined : fitted;
}

/**
 * An answer of chat completions put together from its pieces, streamed or whole, in the dialects of the servers that speak it.
 * Nothing of a piece is taken for granted, since any server may be behind the address.
 */
import type { ModelCall, TokenUsage } from './conversation.ts';
import { errorInside } from './failure.ts';
import { writeKept } from './json.ts';

/** What was read, thoughts within the text not yet separated. */
export interface RawAnswer {
  readonly text: string;
  readonly thoughts: string;
  readonly refusal: string;
  readonly calls: readonly ModelCall[];
  readonly finish: string | undefined;
  readonly model: string | undefined;
  readonly usage: TokenUsage;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Characters of all that was said: arguments of calls and thoughts as well. */
export function charactersIn({
  text,
  thoughts,
  refusal,
  calls,
}: Omit<RawAnswer, 'finish' | 'model' | 'usage'>): number {
  const inCalls = calls.reduce((sum, call) => sum + call.name.length + call.arguments.length, 0);
  return text.length + thoughts.length + refusal.length + inCalls;
}

type Fields = Readonly<Record<string, unknown>>;
interface OpenCall {
  id: string;
  name: string;
  arguments: string;
  index: unknown;
  extra: Record<string, unknown>;
}

/** What a piece says of its call. */
interface CallPiece {
  readonly index: unknown;
  readonly id: string;
  readonly name: string;
  /** Of its arguments, an object as it is written. */
  readonly said: string;
}

const maxCalls = 64;
/** Reasoning that comes back with a turn; more is no reasoning but a mistake. */
const maxExtra = 60_000;

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textAt(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export class ChatReader {
  #text = '';
  #thoughts = '';
  #refusal = '';
  #finish: string | undefined;
  #choice: unknown;
  #model: string | undefined;
  #usage: TokenUsage = { inputTokens: 0, outputTokens: 0 };
  readonly #calls: OpenCall[] = [];
  readonly #extra: Record<string, unknown> = {};

  /** Takes one piece. @returns the characters that came @throws {ApplicationFailure} where the piece is an error */
  add(piece: unknown): string {
    const { choices, error, usage, model, ...rest } = fieldsOf(piece);
    if (error !== undefined && error !== null) throw errorInside(error);
    if (rest['object'] === 'error') throw errorInside(rest);
    this.#model ??= textAt(model) || undefined;
    this.#count(usage, rest);
    const choice = this.#choiceOf(choices);
    this.#finish = textAt(choice['finish_reason'] ?? rest['done_reason']) || this.#finish;
    // A stream's piece, a whole answer, an answer in the older form of completions, and Ollama's own.
    const said = choice['delta'] ?? choice['message'] ?? rest['message'];
    return this.#say(said === undefined ? { content: choice['text'] } : fieldsOf(said));
  }

  /** Characters of all that came. */
  get characters(): number {
    return charactersIn({ text: this.#text, thoughts: this.#thoughts, refusal: this.#refusal, calls: this.#calls });
  }

  /** Of several answers the first. A stream that does not begin at 0 numbers something else: its pieces, as some servers do. */
  #choiceOf(choices: unknown): Fields {
    const all = (Array.isArray(choices) ? choices : []).map(fieldsOf);
    this.#choice ??= all[0]?.['index'];
    return all.find(({ index }) => typeof index !== 'number' || this.#choice !== 0 || index === 0) ?? {};
  }

  #count(usage: unknown, { prompt_eval_count: prompt, eval_count: completion }: Fields): void {
    const { prompt_tokens: input = prompt, completion_tokens: output = completion } = fieldsOf(usage);
    const [inputTokens, outputTokens] = [Number(input) || 0, Number(output) || 0];
    if (inputTokens + outputTokens > 0) this.#usage = { inputTokens, outputTokens };
  }

  #say(message: Fields): string {
    const before = this.#text.length;
    this.#addContent(message['content']);
    this.#refusal += textAt(message['refusal']);
    for (const name of ['reasoning_content', 'reasoning', 'thinking'] as const) this.#addThoughts(name, message[name]);
    const details = message['reasoning_details'];
    if (Array.isArray(details))
      this.#extra['reasoning_details'] = [...((this.#extra['reasoning_details'] as unknown[]) ?? []), ...details];
    const calls = message['tool_calls'] ?? message['function_call'];
    for (const call of Array.isArray(calls) ? calls : calls ? [calls] : []) this.#addCall(fieldsOf(call));
    return this.#text.slice(before);
  }

  #addThoughts(name: string, value: unknown): void {
    const text = textAt(value);
    if (text === '') return;
    this.#thoughts += text;
    this.#extra[name] = `${textAt(this.#extra[name])}${text}`;
  }

  /** Text, or parts of it. */
  #addContent(content: unknown): void {
    if (typeof content === 'string') this.#text += content;
    for (const part of Array.isArray(content) ? content : []) {
      const { type, text, refusal, thinking } = fieldsOf(part);
      if (typeof part === 'string') this.#text += part;
      else if (type === 'refusal') this.#refusal += textAt(refusal);
      else if (type === 'thinking' || type === 'reasoning') this.#thoughts += textAt(thinking ?? text);
      else this.#text += textAt(text);
    }
  }

  #addCall(piece: Fields): void {
    const { index, id, type: _type, function: called = piece, ...rest } = piece;
    const { name, arguments: given, ...more } = fieldsOf(called);
    // Arguments as an object are whole; as text they come in pieces.
    const isWhole = typeof given === 'object' && given !== null;
    const said = isWhole ? writeKept(given) : textAt(given);
    const call = this.#callOf({ index, id: textAt(id), name: textAt(name), said });
    if (!call) return;
    // Some servers repeat id and name in each piece, so they are set and not added to.
    call.id ||= textAt(id);
    call.name ||= textAt(name);
    if (called !== piece) Object.assign(call.extra, rest, Object.keys(more).length > 0 ? { function: more } : {});
    if (isWhole || beginsAnew(call, said)) call.arguments = said;
    else if (!isRepeated(call, said)) call.arguments += said;
  }

  /** Which call a piece belongs to: servers leave out or repeat the index, the id, or both. */
  #callOf(piece: CallPiece): OpenCall | undefined {
    const { index, id } = piece;
    const byIndex = index === undefined || index === null ? undefined : this.#calls.findLast((c) => c.index === index);
    const byId = id === '' ? undefined : this.#calls.findLast((call) => call.id === id);
    const last = byId ?? byIndex ?? (index === undefined || index === null ? this.#calls.at(-1) : undefined);
    if (last && isSame(last, piece)) return last;
    if (this.#calls.length >= maxCalls) return undefined;
    const call: OpenCall = { id: '', name: '', arguments: '', index, extra: {} };
    this.#calls.push(call);
    return call;
  }

  end(): RawAnswer {
    const calls = this.#calls.map(({ index: _index, extra, ...call }) => ({
      ...call,
      ...(isSmall(extra) ? { extra } : {}),
    }));
    const raw = { text: this.#text, thoughts: this.#thoughts, refusal: this.#refusal, calls, finish: this.#finish };
    const extra = isSmall(this.#extra) ? { extra: this.#extra } : {};
    return { ...raw, model: this.#model, usage: this.#usage, ...extra };
  }
}

/** Whether a piece goes on with a call, and is not the start of another one that its server did not number. */
function isSame(call: OpenCall, { index, id, name, said }: CallPiece): boolean {
  if (differ(id, call.id) || differ(name, call.name)) return false;
  // The same name again behind whole arguments is the next call, whatever its id, unless it is the same one said twice.
  const begins = name !== '' && call.name !== '' && said.startsWith('{');
  if (!begins || !isJson(call.arguments)) return true;
  const isNamed = id !== '' && call.id !== '';
  return isNamed && (isRepeated(call, said) || (beginsAnew(call, said) && index === call.index));
}

/** Whether arguments come where there were none yet but an empty object. */
function beginsAnew(call: OpenCall, said: string): boolean {
  return /^\{\s*\}$/.test(call.arguments) && said.startsWith('{');
}

/** Whether arguments that are whole come a second time. */
function isRepeated(call: OpenCall, said: string): boolean {
  return said === call.arguments && call.arguments !== '' && isJson(call.arguments);
}

const differ = (one: string, other: string): boolean => one !== '' && other !== '' && one !== other;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isSmall(extra: Fields): boolean {
  return Object.keys(extra).length > 0 && JSON.stringify(extra).length <= maxExtra;
}

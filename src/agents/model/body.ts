/**
 * The body of a model's answer as JSON values, whatever form it has: server-sent events, lines of JSON, or one JSON value.
 * The form is known by what comes and not by what the header says, since headers of servers are often wrong.
 */
import { ApplicationFailure } from '@temporalio/common';
import { broken, malformedAnswer } from './failure.ts';
import { parseKept } from './json.ts';

/** Bytes of a body that are read; a server that goes on for ever is left. */
const maxBytes = 32_000_000;
/** Characters of one line, or of one value laid out over many: a whole answer. */
const maxLine = 4_000_000;

/** Called for each piece of the body, comments of the stream included: the server is alive. */
export type OnBytes = () => void;

export interface BodyEnd {
  /** The stream said that it is over (`[DONE]`), or it was one whole JSON value. */
  readonly isWhole: boolean;
}

/**
 * Gives each JSON value of the body to `take`, in order.
 *
 * @throws {ApplicationFailure} of type `MalformedModelAnswer` or `ModelStreamCut`
 */
export async function readBody(
  response: Response,
  take: (value: unknown) => void,
  onBytes: OnBytes = () => {},
): Promise<BodyEnd> {
  const lines = new Lines(take);
  if (!response.body) throw broken();
  const decoder = new TextDecoder();
  let total = 0;
  for await (const chunk of response.body) {
    onBytes();
    total += chunk.byteLength;
    if (total > maxBytes) {
      const message = `The model sent more than ${maxBytes / 1_000_000} MB`;
      throw ApplicationFailure.nonRetryable(message, 'MalformedModelAnswer');
    }
    lines.add(decoder.decode(chunk, { stream: true }));
  }
  return lines.end();
}

/** Lines of a stream; those that belong to no event are kept, since they may be one JSON value laid out over many. */
class Lines {
  readonly #take: (value: unknown) => void;
  #open = '';
  #event: string[] = [];
  #rest: string[] = [];
  #taken = 0;
  #isDone = false;

  constructor(take: (value: unknown) => void) {
    this.#take = take;
  }

  add(text: string): void {
    // A carriage return at the end may be half of a line's end.
    const parts = text.split(/\r\n|\n|\r(?!$)/);
    parts[0] = this.#open + (parts[0] ?? '');
    this.#open = parts.pop() ?? '';
    for (const part of parts) this.#lines(part);
    if (this.#open.length > maxLine) throw malformedAnswer('is one line without an end');
  }

  /** One, or two where what ended the first came in two pieces. */
  #lines(text: string): void {
    for (const line of text.replace(/\r$/, '').split('\r')) this.#line(line);
  }

  #line(line: string): void {
    if (line === '') return this.#flush();
    if (line.startsWith('data:')) this.#data(line.slice(5).trimStart());
    else if (!/^(?::|event:|id:|retry:)/.test(line)) this.#rest.push(line);
  }

  #data(text: string): void {
    // An event may go on over several lines, but most servers leave the blank line between events out or in as they like.
    const event = this.#event.join('\n');
    if (this.#event.length > 0 && (isSign(event) || isJson(event))) this.#flush();
    this.#event.push(text);
  }

  #flush(): void {
    const text = this.#event.join('\n').trim();
    this.#event = [];
    if (isSign(text)) return;
    if (text === '[DONE]') {
      this.#isDone = true;
      return;
    }
    this.#give(parse(text));
  }

  #give(value: unknown): void {
    this.#taken++;
    this.#take(value);
  }

  end(): BodyEnd {
    if (this.#open !== '') this.#lines(this.#open);
    this.#flush();
    const rest = this.#rest.join('\n').trim();
    if (rest.length > maxLine) throw malformedAnswer(`is one value of ${rest.length} characters`);
    if (this.#taken > 0 || rest === '') return { isWhole: this.#isDone };
    // Not a stream of events: one value, or one a line.
    if (isJson(rest)) {
      this.#give(parse(rest));
      return { isWhole: true };
    }
    for (const line of this.#rest) if (line.trim() !== '') this.#give(parse(line));
    return { isWhole: false };
  }
}

/** Nothing, or a word that says no more than that the server lives; any other, such as `error`, may say why it stops. */
function isSign(text: string): boolean {
  return /^(?:ping|pong|keep-?alive|heartbeat)?$/i.test(text);
}

function parse(text: string): unknown {
  try {
    return parseKept(text);
  } catch {
    throw malformedAnswer(`is not JSON: ${text.slice(0, 80)}`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return text === '[DONE]';
  }
}

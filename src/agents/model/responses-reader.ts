/** An answer of the Responses API, from its stream's events or as a whole. */
import type { ModelCall } from './conversation.ts';
import { broken, errorInside } from './failure.ts';
import { fieldsOf, type RawAnswer } from './chat-reader.ts';
import { writeKept } from './json.ts';

type Fields = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export class ResponsesReader {
  #answer: Fields | undefined;
  #deltas = '';
  #characters = 0;

  /** Takes one event, or the whole answer. @returns the characters of text that came */
  add(event: unknown): string {
    const { type, response, error, delta, ...rest } = fieldsOf(event);
    if (type === 'response.failed') throw errorInside(fieldsOf(response)['error'] ?? 'it failed');
    if (type === 'error') throw errorInside(error ?? rest);
    if (type === 'response.completed' || type === 'response.incomplete') this.#answer = fieldsOf(response);
    else if (rest['object'] === 'response' || 'output' in rest) this.#answer = rest;
    else if (error !== undefined && error !== null) throw errorInside(error);
    // Those of thoughts and of arguments are called otherwise, and are deltas as well.
    this.#characters += text(delta).length;
    if (type !== 'response.output_text.delta') return '';
    this.#deltas += text(delta);
    return text(delta);
  }

  /** Characters of all that came in pieces. */
  get characters(): number {
    return this.#characters;
  }

  get hasEnd(): boolean {
    return this.#answer !== undefined;
  }

  end(): RawAnswer {
    if (!this.#answer) throw broken();
    const { output, model, usage, status, incomplete_details: incomplete } = this.#answer;
    const items = (Array.isArray(output) ? output : []).map(fieldsOf);
    const parts = items.flatMap(({ type, content }) =>
      type === 'message' && Array.isArray(content) ? content.map(fieldsOf) : [],
    );
    const said = parts.map((part) => (part['type'] === 'output_text' ? text(part['text']) : '')).join('');
    const { input_tokens: input, output_tokens: out } = fieldsOf(usage);
    const reasoning = items.filter(({ type }) => type === 'reasoning');
    const isTruncated = status === 'incomplete' || incomplete !== undefined;
    const why = text(fieldsOf(incomplete)['reason']);
    return {
      text: said || this.#deltas,
      thoughts: '',
      refusal: parts.map((part) => (part['type'] === 'refusal' ? text(part['refusal']) : '')).join(''),
      calls: items.flatMap(callOf),
      finish: isTruncated && why !== '' ? (why === 'content_filter' ? 'content_filter' : 'length') : 'stop',
      model: text(model) || undefined,
      usage: { inputTokens: Number(input) || 0, outputTokens: Number(out) || 0 },
      // Only reasoning that is whole may come back where nothing is stored there.
      ...(reasoning.some((item) => 'encrypted_content' in item) ? { extra: { reasoning_items: reasoning } } : {}),
    };
  }
}

function callOf({ type, call_id: id, name, arguments: given }: Fields): ModelCall[] {
  if (type !== 'function_call') return [];
  return [{ id: text(id), name: text(name), arguments: typeof given === 'string' ? given : writeKept(given ?? {}) }];
}

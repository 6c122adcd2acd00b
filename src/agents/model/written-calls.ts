/** Calls of tools that a model wrote into its text, because its server does not read its marks: three common families of them. */
import type { ModelCall } from './conversation.ts';
import { jsonIn, writeKept } from './json.ts';

export interface WithCalls {
  readonly text: string;
  readonly calls: readonly ModelCall[];
}

const maxCalls = 16;

/** @param offered names of the tools that were offered: only those count */
export function writtenCalls(text: string, offered: ReadonlySet<string>): WithCalls {
  for (const read of [tagged, listed, harmony]) {
    const found = read(text);
    const calls = found?.calls.filter(({ name }) => offered.has(name)) ?? [];
    if (found && calls.length > 0) return { text: found.text.trim(), calls: calls.slice(0, maxCalls) };
  }
  return { text, calls: [] };
}

function callOf(value: unknown): ModelCall[] {
  if (typeof value !== 'object' || value === null) return [];
  const { name, arguments: given, parameters } = value as Record<string, unknown>;
  if (typeof name !== 'string') return [];
  const input = given ?? parameters ?? {};
  return [{ id: '', name, arguments: typeof input === 'string' ? input : writeKept(input) }];
}

/** `<tool_call>{"name": …}</tool_call>` */
function tagged(text: string): WithCalls | undefined {
  const [open, close] = ['<tool_call>', '</tool_call>'];
  const calls: ModelCall[] = [];
  let rest = '';
  let at = 0;
  for (let start = text.indexOf(open); start >= 0; start = text.indexOf(open, at)) {
    const end = text.indexOf(close, start);
    rest += text.slice(at, start);
    const inside = text.slice(start + open.length, end < 0 ? undefined : end);
    calls.push(...jsonIn(inside).slice(0, 1).flatMap(callOf));
    at = end < 0 ? text.length : end + close.length;
    if (calls.length > maxCalls) break;
  }
  return calls.length === 0 ? undefined : { text: rest + text.slice(at), calls };
}

/** `[TOOL_CALLS][{"name": …}]` */
function listed(text: string): WithCalls | undefined {
  const mark = '[TOOL_CALLS]';
  const at = text.indexOf(mark);
  if (at < 0) return undefined;
  const [value] = jsonIn(text.slice(at + mark.length));
  const calls = (Array.isArray(value) ? value : [value]).flatMap(callOf);
  return calls.length === 0 ? undefined : { text: text.slice(0, at), calls };
}

/** `<|channel|>commentary to=functions.NAME <|constrain|>json<|message|>{…}<|call|>` */
function harmony(text: string): WithCalls | undefined {
  if (!text.includes('to=functions.')) return undefined;
  const calls = text
    .split('to=functions.')
    .slice(1, maxCalls)
    .flatMap((part) => {
      const name = /^[\w-]{1,64}/.exec(part)?.[0] ?? '';
      const at = part.indexOf('<|message|>');
      if (at < 0) return [];
      const given = part.slice(at + '<|message|>'.length).split(/<\|(?:call|end|start|return)\|>/, 1)[0] ?? '';
      return [{ id: '', name, arguments: given.trim() }];
    });
  return calls.length === 0 ? undefined : { text: '', calls };
}

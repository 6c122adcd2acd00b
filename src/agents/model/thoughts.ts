/**
 * What a model thinks aloud, separated from what it answers, in the marks of the common families of models.
 * Marks inside code are left alone, since an answer may be about them.
 */

export interface Separated {
  readonly text: string;
  readonly thoughts: string;
}

/** Opening and closing marks. */
const pairs: readonly (readonly [open: string, close: string])[] = [
  ['<think>', '</think>'],
  ['<thinking>', '</thinking>'],
  ['<thought>', '</thought>'],
  ['<reasoning>', '</reasoning>'],
  ['<reflection>', '</reflection>'],
  ['<seed:think>', '</seed:think>'],
  ['[think]', '[/think]'],
  ['◁think▷', '◁/think▷'],
  ['<|begin_of_thought|>', '<|end_of_thought|>'],
  ['<|start_thinking|>', '<|end_thinking|>'],
];

/** Marks of a chat template that servers let through, taken away wherever they stand outside code. */
const templateMarks =
  /<\|(?:im_start|im_end|eot_id|end_of_text|endoftext|end|return|start_response|end_response|begin_of_solution|end_of_solution|assistant|eom_id)\|>(?:assistant\b\s*)?|<\/s>|<(?:end|start)_of_turn>(?:model\b\s*)?|<\/?(?:final_)?answer>/gi;

/** @param given a whole answer; bounded by whoever read it */
export function separate(given: string): Separated {
  const harmony = fromHarmony(given);
  if (harmony) return harmony;
  const { text, thoughts } = withoutPairs(given);
  return { text: outsideCode(text, (part) => part.replaceAll(templateMarks, '')).trim(), thoughts: thoughts.trim() };
}

function withoutPairs(given: string): Separated {
  const lower = given.toLowerCase();
  // `toLowerCase` may change a text's length (İ), and then its places are not the text's.
  const search = lower.length === given.length ? lower : given;
  const code = codeRanges(given);
  const isCode = (at: number): boolean => code.some(([from, to]) => at >= from && at < to);
  let text = '';
  const thoughts: string[] = [];
  let at = orphan(search, isCode);
  if (at > 0) thoughts.push(given.slice(0, at));
  while (at < given.length) {
    const next = nextOpen(search, at, isCode);
    if (!next) break;
    text += given.slice(at, next.at);
    const end = search.indexOf(next.close, next.at + next.open.length);
    // One that is never closed is all thought only where nothing was said before: else it is a mark in a text.
    if (end < 0 && text.trim() !== '') return { text: text + given.slice(next.at), thoughts: thoughts.join('\n') };
    thoughts.push(given.slice(next.at + next.open.length, end < 0 ? undefined : end));
    at = end < 0 ? given.length : end + next.close.length;
  }
  return { text: text + given.slice(at), thoughts: thoughts.join('\n') };
}

/** Templates open the thoughts before the answer begins, so that only their end is seen; where the answer starts. */
function orphan(search: string, isCode: (at: number) => boolean): number {
  for (const [open, close] of pairs) {
    const end = search.indexOf(close);
    if (end < 0 || isCode(end)) continue;
    const start = search.indexOf(open);
    if (start < 0 || start > end) return end + close.length;
  }
  return 0;
}

function nextOpen(search: string, from: number, isCode: (at: number) => boolean) {
  let found: { at: number; open: string; close: string } | undefined;
  for (const [open, close] of pairs) {
    let at = search.indexOf(open, from);
    while (at >= 0 && isCode(at)) at = search.indexOf(open, at + 1);
    if (at >= 0 && (!found || at < found.at)) found = { at, open, close };
  }
  return found;
}

/** Fenced blocks and spans in backticks. */
function codeRanges(text: string): (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = [];
  let at = 0;
  while (ranges.length < 1000) {
    const start = text.indexOf('`', at);
    if (start < 0) return ranges;
    const mark = text.startsWith('```', start) ? '```' : '`';
    const end = text.indexOf(mark, start + mark.length);
    if (end < 0) return ranges;
    ranges.push([start, end + mark.length]);
    at = end + mark.length;
  }
  return ranges;
}

function outsideCode(text: string, change: (part: string) => string): string {
  const ranges = codeRanges(text);
  let at = 0;
  let result = '';
  for (const [from, to] of ranges) {
    result += change(text.slice(at, from)) + text.slice(from, to);
    at = to;
  }
  return result + change(text.slice(at));
}

const channel = '<|channel|>';
const message = '<|message|>';

/** Harmony: channels, of which only `final` is meant for a reader. */
function fromHarmony(given: string): Separated | undefined {
  if (!given.includes(channel)) return bareHarmony(given);
  const parts = given.split(channel).slice(1);
  let text = '';
  const thoughts: string[] = [];
  for (const part of parts) {
    const at = part.indexOf(message);
    if (at < 0) continue;
    const said = part.slice(at + message.length).split(/<\|(?:end|return|call|start)\|>/, 1)[0] ?? '';
    if (part.slice(0, at).trimStart().startsWith('final')) text += said;
    else thoughts.push(said);
  }
  return { text: text.trim(), thoughts: thoughts.join('\n').trim() };
}

/** The same where a server has taken the marks away and left the words between them. */
function bareHarmony(given: string): Separated | undefined {
  if (!/^\s{0,9}analysis(?=\S|\s)/.test(given)) return undefined;
  const at = given.lastIndexOf('assistantfinal');
  if (at < 0) return undefined;
  return {
    text: given.slice(at + 'assistantfinal'.length).trim(),
    thoughts: given.slice(0, at).replace(/^\s{0,9}analysis/, ''),
  };
}

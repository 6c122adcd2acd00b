/** A line as a task: its id and what its activity receives; a line that cannot be read is that task's own failure. */
import { takesAtMost, utf8Bytes } from '../byte-size.ts';
import { parseExactly } from '../json.ts';
import type { TaskError } from '../task.ts';

/** The server takes 2 MB; the same holds for tasks that never become a message, so that a run means the same in packs. */
export const maxItemBytes = 1_500_000;
/** Of an id; Temporal refuses ids above a thousand characters. */
const maxIdCharacters = 1000;

/** The name of the failure of a line that is none of its format. */
export const badLine = 'BadLine';

export interface Item {
  readonly id: string;
  readonly input?: unknown;
  /** Why there is no input. */
  readonly error?: TaskError;
}

/** @param line its number from 0, which is the id where the item brings none */
export function itemOf(value: unknown, line: number, idField = 'id'): Item {
  const named: unknown =
    typeof value === 'object' && value !== null && Object.hasOwn(value, idField)
      ? (value as Record<string, unknown>)[idField]
      : undefined;
  const id =
    typeof named === 'string' && named !== '' ? named : typeof named === 'number' ? digitsOf(named) : `${line}`;
  // A part of it could be the whole of another.
  if (id.length > maxIdCharacters)
    return unread(line, 'InvalidId', `Its id has ${id.length} characters; at most ${maxIdCharacters} fit`);
  return { id, input: value };
}

/** As it is written out in JSON: `String` writes 1e+21 from there on. */
function digitsOf(number: number): string {
  const text = String(number);
  return text.includes('e+') ? BigInt(number).toString() : text;
}

export function parsedLine(text: string, line: number, idField?: string): Item {
  if (!takesAtMost(text, maxItemBytes)) return tooLarge(line, utf8Bytes(text));
  try {
    return itemOf(parseExactly(text), line, idField);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return unread(line, badLine, `Line ${line + 1} is no JSON: ${message}`);
  }
}

export function tooLarge(line: number, bytes: number): Item {
  return unread(
    line,
    'InputTooLarge',
    `The input has ${bytes} bytes; at most ${maxItemBytes} fit. Pass a reference instead`,
  );
}

export function unread(line: number, name: string, message: string): Item {
  return { id: `${line}`, error: { kind: 'notStarted', name, message: message.slice(0, 500), retryable: false } };
}

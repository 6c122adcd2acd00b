/** What a command reads from a file or, as `-`, from stdin; whatever is wrong is reported with its place. */
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { parseExactly } from '../core/json.ts';
import { FanfoldError } from '../errors.ts';
import { decodeText, markOf } from '../store/pages/encoding.ts';

/** @throws {FanfoldError} of type `InvalidInput` */
export async function readAll(file: string): Promise<string> {
  const bytes =
    file === '-' ? await buffer(process.stdin) : await readFile(file).catch((error: unknown) => refuse(file, error));
  const mark = markOf(bytes);
  try {
    return decodeText(bytes.subarray(mark?.bytes ?? 0), mark?.encoding);
  } catch {
    return refuse(file, new Error(`it is not in ${mark?.encoding ?? 'utf-8'}`));
  }
}

function refuse(file: string, error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  const problem = code === 'ENOENT' ? 'there is no such file' : message;
  throw new FanfoldError('InvalidInput', `${file} cannot be read: ${problem}`, 'file');
}

/** @throws {FanfoldError} of type `InvalidInput`, naming `place` */
export function parse(content: string, place: string): unknown {
  try {
    return parseExactly(content);
  } catch (error) {
    throw new FanfoldError(
      'InvalidInput',
      `${place} is no JSON: ${error instanceof Error ? error.message : String(error)}`,
      'file',
    );
  }
}

/** The values of a JSON Lines text; empty lines are skipped. */
export function parseLines(content: string, file: string): unknown[] {
  return content
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [parse(line, `${file}:${index + 1}`)]));
}

/** What a command reads from a file or, as `-`, from stdin; whatever is wrong is told with its place. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { FanfoldError } from '../errors.ts';

/** @throws {FanfoldError} of type `InvalidInput` */
export async function readAll(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const problem = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw new FanfoldError('InvalidInput', `${file} cannot be read: ${problem}`, 'file');
  });
}

/** @throws {FanfoldError} of type `InvalidInput`, naming `place` */
export function parse(content: string, place: string): unknown {
  try {
    return JSON.parse(content);
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

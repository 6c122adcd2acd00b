/** Findings that are known from an earlier review, as its SARIF has them. */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { FanfoldError } from '../../command.ts';

const mostBytes = 64 * 1024 * 1024;
const mostKnown = 20_000;
const form = z.object({
  runs: z.array(
    z.object({
      results: z
        .array(
          z.object({
            partialFingerprints: z.record(z.string(), z.string()).optional(),
            properties: z.object({ foldedFingerprints: z.array(z.string()).optional() }).optional(),
          }),
        )
        .optional(),
    }),
  ),
});

/** @returns fingerprints, each once @throws {FanfoldError} of type `InvalidInput` for a file that is none of a review */
export async function readBaseline(file: string): Promise<string[]> {
  const text = await read(file);
  const { data } = form.safeParse(text);
  if (!data) throw unusable(file, 'it is not SARIF');
  const known = data.runs.flatMap(({ results = [] }) =>
    results.flatMap(({ partialFingerprints, properties }) => [
      partialFingerprints?.['fanfold/v1'] ?? '',
      ...(properties?.foldedFingerprints ?? []),
    ]),
  );
  const once = [...new Set(known)].filter((each) => /^[0-9a-f]{16}$/.test(each));
  if (once.length > mostKnown) throw unusable(file, `it has more than ${mostKnown} findings`);
  return once;
}

async function read(file: string): Promise<unknown> {
  try {
    if ((await stat(file)).size > mostBytes) throw new Error(`it is larger than ${mostBytes} bytes`);
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw unusable(file, (error as Error).message);
  }
}

function unusable(file: string, why: string): FanfoldError {
  return new FanfoldError('InvalidInput', `--baseline ${file} cannot be used: ${why}`, 'baseline');
}

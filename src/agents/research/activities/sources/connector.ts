/** What all web sources share: where they are, how they are asked, and how an answer is read away from the shared thread. */
import { fetchText, moduleBeside, runApart, variable, type FetchOptions } from '../../../../activities/index.ts';
import { termsOf } from '../../pure/stems.ts';

/** A source's address, which `FANFOLD_SOURCE_<NAME>_URL` points elsewhere. */
export function addressOf(
  name: string,
  standard: string,
  environment: NodeJS.ProcessEnv,
  parameters: Record<string, string>,
): URL {
  const url = new URL(environment[`FANFOLD_SOURCE_${variable(name)}_URL`] || standard);
  for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, value);
  return url;
}

/** The words of a question that say what it is about: a search engine that demands each word finds nothing for a sentence. */
export function searchWords(question: string, most: number): string[] {
  return termsOf(question).slice(0, most);
}

export interface AskOptions extends FetchOptions {
  /** How many items at most. */
  readonly limit: number;
  /** What the reader is given besides. @default nothing */
  readonly more?: object;
}

/**
 * Asks an address and reads what it answers on a thread of its own.
 * @param file of the reader in `readers`, such as `arxiv.ts`
 * @param name of its function
 * @throws {ApplicationFailure} as `fetchText` and `runApart` do, or of type `MalformedResponse`
 */
export async function askSource<F extends (answer: never) => unknown>(
  [file, name]: readonly [file: string, name: string],
  url: URL,
  { limit, more, ...options }: AskOptions,
): Promise<ReturnType<F>> {
  const { source, signal } = options;
  const body = await fetchText(url, options);
  const reader = { module: moduleBeside(import.meta.url, `./readers/${file}`), name };
  return (await runApart<(answer: object) => unknown>(
    reader,
    { source, body, limit, ...more },
    { source, signal },
  )) as ReturnType<F>;
}

/** Of those that answer in JSON. */
export const json = { accept: 'application/json' };

/**
 * What the parsers say of one file: Ruff for Python, Tree-sitter for the rest. Run on a thread of its own, as who wrote
 * the file may have meant to keep a parser busy.
 */
import { ApplicationFailure } from '@temporalio/common';
import type { ReviewClaim } from '../pure/findings.ts';
import { isMeant } from './narrowed.ts';
import type { RuffSettings } from './ruff-settings.ts';
import { shownInPython } from './python-uses.ts';
import { ruff } from './ruff.ts';
import { syntax } from './syntax.ts';

export interface SourceToParse {
  readonly path: string;
  readonly language: string;
  readonly text: string;
  /** Settings of the project for Ruff, in place of ours. */
  readonly own?: RuffSettings;
}

/** @throws {ApplicationFailure} of type `TooDeep` */
export async function parsedClaims({ path, language, text, own }: SourceToParse): Promise<ReviewClaim[]> {
  try {
    const claims =
      language === 'python' ? await shownInPython(ruff(path, text, own), text) : await syntax(path, language, text);
    const lines = text.split(/\r\n|\n|\r/);
    return own ? claims : claims.filter((claim) => isMeant(claim, lines));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw ApplicationFailure.nonRetryable(`${path} is nested too deeply to be checked: ${error.message}`, 'TooDeep');
  }
}

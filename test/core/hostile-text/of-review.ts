/** What a review reads of a file beside its findings, and what of it reads no text from outside. */
import type { Reader } from './readers.ts';

type Loose = (...args: unknown[]) => unknown;

export function ofReview(
  text: () => Reader,
  as: (call: (given: string, read: Loose) => unknown) => Reader,
): Readonly<Record<string, Reader>> {
  return {
    'core/text/nearest.ts#nearest': as((given, read) => read(given, [given, ...given.split('\n')])),
    'agents/review/activities/languages.ts#languageOfScript': text(),
    'agents/review/pure/kinds-of-rules.ts#isGrave': text(),
    'agents/review/pure/kinds-of-rules.ts#kindOf': text(),
    'agents/review/pure/kinds-of-rules.ts#expectedOfKind': text(),
    'agents/review/pure/tokens.ts#tokensIn': text(),
    'agents/review/pure/shown-secrets.ts#isShown': as((given, read) =>
      read('google-key', 'a.js', given.split('\n'), 3),
    ),
  };
}

export const noReadersOfReview: Readonly<Record<string, string>> = {
  'agents/review/activities/child.ts#tooLoud': 'makes a message',
  'agents/review/activities/git/find.ts#gitFailed': 'makes a message',
  'agents/review/activities/programs/find.ts#findPackage': 'a name of ours',
  'agents/review/activities/programs/oxlint.ts#isAskedOfOxlint': 'a name that the linter says itself',
  'agents/review/activities/ruff.ts#isAskedOfRuff': 'compares with the beginnings of a list of ours',
  'agents/review/activities/programs/leftovers.ts#absentOf': 'asks whether files are there, at most one a folder above',
  'agents/review/activities/programs/leftovers.ts#takeAway': 'removes what the one before it has named',
};

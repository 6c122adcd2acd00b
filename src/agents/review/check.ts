/** What can be told wrong about a review before it is started; whether its paths are there, only its worker knows. */
import type { ReviewInput } from './pure/types.ts';
import { FanfoldError } from '../../errors.ts';

/** @throws {FanfoldError} of type `InvalidInput` */
export function checkReview({ paths = ['.'], diff }: ReviewInput): void {
  if (!Array.isArray(paths) || paths.length === 0 || !paths.every(isPath))
    throw new FanfoldError('InvalidInput', '`paths` must be a list of files and folders, at least one', 'paths');
  if (diff !== undefined && !isRevision(diff))
    throw new FanfoldError('InvalidInput', `\`diff\` must name a revision of git, not '${diff}'`, 'diff');
}

export function reviewSummary({ paths = ['.'], diff }: ReviewInput): string {
  return `review: ${paths.join(' ')}${diff === undefined ? '' : ` since ${diff}`}`;
}

function isPath(path: unknown): boolean {
  return typeof path === 'string' && path !== '' && !path.includes('\0');
}

/** Git would take one that begins with a dash for an option. */
function isRevision(diff: unknown): boolean {
  return typeof diff === 'string' && /^[^-\s:][^\s:]{0,199}$/.test(diff) && !diff.includes('..');
}

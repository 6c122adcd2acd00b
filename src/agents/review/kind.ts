/**
 * Code review as a kind of run. The surprising rule: over HTTP neither a root nor the project's own tools may be named,
 * since who may use the service may not thereby read other folders of its workers, nor run code that lies in this one.
 */
import { z } from 'zod';
import { InvalidOptionsError } from '../../index.ts';
import { context, docs, type Kind, refusing } from '../../runs/kind.ts';
import { reviewForms } from './forms.ts';
import type { ReviewInput } from './pure/types.ts';

export type { Finding, Severity } from './pure/findings.ts';
export type { ReviewInput, ReviewReport } from './pure/types.ts';

/** Relative, and without a way up; links that lead out of the folder are refused by the worker. */
const path = z
  .string()
  .min(1)
  .max(1000)
  // Characters that regular expressions of other languages class differently are left out, so that clients agree with us.
  .regex(
    // oxlint-disable-next-line no-control-regex
    /^(?![/\\]|[A-Za-z]:)(?!.*\.\.)[^\u0000-\u001f\u007f-\u009f\u2028\u2029]+$/,
    'must be a path below the reviewed folder, without ..',
  )
  .register(docs, {
    description: 'A file or folder below the working directory of the worker; nothing outside of it is read',
    examples: ['src'],
  });

const input = z.strictObject({
  root: z.exactOptional(z.string().min(1)),
  paths: z
    .exactOptional(z.array(z.string().min(1)).min(1))
    .register(docs, { description: 'The whole directory unless given' }),
  diff: z.exactOptional(z.string()),
  projectTools: z.exactOptional(z.boolean()),
  model: z
    .exactOptional(z.boolean())
    .register(docs, { description: 'Whether a model is asked where the worker has one; true unless given' }),
  all: z.exactOptional(z.boolean()).register(docs, {
    description: 'Report also what is more often wrong than right; false unless given',
  }),
  tokenBudget: z
    .exactOptional(z.int().min(0).max(1_000_000_000))
    .register(docs, { description: 'The most tokens that the model is to read, as they are estimated' }),
  planOnly: z
    .exactOptional(z.boolean())
    .register(docs, { description: 'Only say what would be looked at, and what the model would be asked' }),
  baseline: z
    .exactOptional(
      z
        .array(z.string().regex(/^[0-9a-f]{16}$/, 'must be a fingerprint of a finding, as SARIF has it in fanfold/v1'))
        .max(20_000),
    )
    .register(docs, {
      description: 'Fingerprints of findings that are known (`fanfold/v1` in SARIF): they are counted and not reported',
    }),
  ...context,
});

/**
 * The kind of run that reviews code.
 *
 * @example type Input = Parameters<(typeof reviewKind)['summary']>[0];
 */
export const reviewKind = {
  name: 'review' as const,
  workflow: 'review',
  noun: 'file',
  about: 'Reviews code: linters, the compiler and, where one is configured, a model, over every file',
  input,
  remote: refusing(
    input.omit({ root: true, projectTools: true, redriveOf: true, known: true }).extend({
      paths: z
        .exactOptional(z.array(path).min(1).max(1000))
        .register(docs, { description: 'The whole directory unless given' }),
      diff: z
        .exactOptional(
          z
            .string()
            .regex(
              /^(?!.*\.\.)[A-Za-z0-9_@][A-Za-z0-9._@/^~{}+-]{0,199}$/,
              'must name one revision of git, such as main or HEAD~2',
            ),
        )
        .register(docs, {
          description: 'Only what changed since this revision of git branched off',
          examples: ['main'],
        }),
    }),
    {
      root: 'a request names no folder: what is reviewed is where the worker runs, and `paths` are files and folders in it',
      projectTools:
        'it runs code of the project with the rights of the worker, so a request cannot ask for it; the shell can, and code that has the client',
    },
  ),
  summary: ({ root = '.', paths = ['.'], diff }) => {
    const named = paths.map((each) => (each === '.' ? root : each)).join(' ');
    return diff === undefined ? named : `${named} since ${diff}`;
  },
  check: checkReview,
  forms: reviewForms,
} satisfies Kind<ReviewInput>;

/**
 * Whether its paths are there, only its worker knows.
 *
 * @throws {InvalidOptionsError} naming the field
 * @example type Checked = Parameters<typeof checkReview>[0];
 */
export function checkReview({ paths = ['.'], diff }: ReviewInput): void {
  if (!Array.isArray(paths) || paths.length === 0 || !paths.every(isPath))
    throw new InvalidOptionsError('paths', 'must be a list of files and folders, at least one');
  if (diff !== undefined && !isRevision(diff))
    throw new InvalidOptionsError('diff', 'must name a revision of git', diff);
}

function isPath(given: unknown): boolean {
  return typeof given === 'string' && given !== '' && !given.includes('\0');
}

/** Git would take one that begins with a dash for an option. */
function isRevision(diff: unknown): boolean {
  return typeof diff === 'string' && /^[^-\s:][^\s:]{0,199}$/.test(diff) && !diff.includes('..');
}

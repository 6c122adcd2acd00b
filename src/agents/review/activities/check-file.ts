/**
 * What can be said of one file by itself: text that should not be there, secrets, its syntax, and Ruff for Python.
 * Of a change the file is looked at as it was too, since what a removal breaks stands on lines that
 * did not change; what was said before is not said again.
 */
import { ApplicationFailure } from '@temporalio/common';
import { given, moduleBeside, runApart } from '../../../activities/index.ts';
import { tie, type ReviewClaim } from '../pure/findings.ts';
import { identity } from '../pure/fingerprint.ts';
import { isSecret } from '../pure/security.ts';
import type { Found, ReviewFile } from '../pure/types.ts';
import { readSource, sourceText, type SourceText } from './files.ts';
import { Repository } from './git/repository.ts';
import { isScript } from './languages.ts';
import { counted } from './locate.ts';
import type { parsedClaims } from './parsed-claims.ts';
import { projectRuff } from './ruff-settings.ts';
import { readProjectSettings } from './settings.ts';
import { hasSyntaxRules } from './syntax.ts';
import { textRules } from './text.ts';

export interface CheckFileInput {
  readonly root: string;
  readonly file: ReviewFile;
  /** The commit that the change of the file is compared with. */
  readonly base?: string;
  /** Whether the project's own settings of Ruff hold. @default false */
  readonly projectTools?: boolean;
  /** Also what is more often wrong than right. @default false */
  readonly all?: boolean;
}

export async function checkFile(input: CheckFileInput, signal: AbortSignal): Promise<Found> {
  const { root, file } = input;
  if (file.gone) return { findings: [], cut: 0, outside: 0, notes: [] };
  const content = await readSource(root, file.path);
  if ('skip' in content)
    return { findings: [], cut: 0, outside: 0, notes: [`${file.path} was left out: ${content.skip}.`] };
  const settings = await readProjectSettings(root);
  const { claims, unread, chosen } = await claimsOf(input, content, signal);
  const findings = claims.flatMap((claim) => tie(claim, content.shown) ?? []);
  const before = await saidBefore(input, signal);
  const { all } = input;
  const found = counted({ file, lines: content.shown, settings, ...given({ before, all, chosen }) }, findings);
  if (unread !== undefined) return { ...found, notes: [...found.notes, unread], unread };
  const name = file.secretsOnly ? undefined : analyserOf(file.language);
  return name === undefined ? found : { ...found, analysers: [{ name, files: 1 }] };
}

interface Claimed {
  readonly claims: readonly ReviewClaim[];
  /** Why the file's parser says nothing of it, where that is so. */
  readonly unread?: string;
  /** The analyser whose rules the project has chosen. */
  readonly chosen?: string;
}

async function claimsOf(
  { root, file, projectTools = false }: CheckFileInput,
  content: SourceText,
  signal: AbortSignal,
): Promise<Claimed> {
  const { path, language } = file;
  // Of a script, its linter reports that.
  const claims = textRules(path, language, content.lines).filter(
    ({ rule }) => rule !== 'merge-conflict' || !isScript(language),
  );
  if (file.secretsOnly) return { claims: claims.filter(isSecret) };
  const analyser = analyserOf(language);
  if (analyser === undefined) return { claims };
  const own = analyser === 'ruff' && projectTools ? await projectRuff(root, path) : undefined;
  const input = { path, language, text: content.text, ...given({ own }) };
  try {
    const parsed = await runApart<typeof parsedClaims>(parser, input, { source: path, signal, timeoutMs });
    return { claims: [...claims, ...parsed], ...(own ? { chosen: analyser } : {}) };
  } catch (error) {
    signal.throwIfAborted();
    // A file may be made to break its parser, and must not thereby end the review of all others; a package that is not here is no file's doing.
    if (!(error instanceof ApplicationFailure) || error.type === 'MissingPackage') throw error;
    return { claims, unread: `${path} was not analysed by ${analyser}: ${error.message}` };
  }
}

const parser = { module: moduleBeside(import.meta.url, './parsed-claims.ts'), name: 'parsedClaims' };
/** The largest file that is read takes two seconds on a busy machine. */
const timeoutMs = 15_000;

/** The identities of what was said of the file as it was; undefined where nothing of it was changed or taken away. */
async function saidBefore(input: CheckFileInput, signal: AbortSignal): Promise<Set<string> | undefined> {
  const { root, file, base } = input;
  if (base === undefined || !file.changed || !file.removed) return undefined;
  const repository = await Repository.find(root, signal);
  try {
    const text = await repository?.before(base, file.from ?? file.path);
    if (text === undefined) return undefined;
    const content = sourceText(text);
    const { claims, unread } = await claimsOf(input, content, signal);
    return unread === undefined
      ? new Set(claims.flatMap((claim) => tie(claim, content.shown) ?? []).map(identity))
      : undefined;
  } finally {
    await repository?.close();
  }
}

/** Scripts have their linter and compiler, which check many files at once. */
function analyserOf(language: string): 'ruff' | 'tree-sitter' | undefined {
  if (language === 'python') return 'ruff';
  return hasSyntaxRules(language) ? 'tree-sitter' : undefined;
}

/** What a review will check, and with what; everything that is left out is counted with its reason. */
import { relative, sep } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { given } from '../../../activities/index.ts';
import type { ModelEstimate, ReviewFile, ReviewInput, ReviewPlan } from '../pure/types.ts';
import { modelConfigured } from '../../model/completion.ts';
import { isOwnState, listFiles, realRoot, within } from './files.ts';
import { Repository } from './git/repository.ts';
import { mostParts } from './split-file.ts';
import { projectSettings } from './programs/find.ts';
import { plannedAnalysers } from './programs/plan.ts';
import { select, type Candidate, type Selection } from './select.ts';
import { readProjectSettings } from './settings.ts';
import { unheard } from './unheard.ts';
import { many } from '../../../core/text/index.ts';

export type PlanInput = Pick<ReviewInput, 'root' | 'paths' | 'diff' | 'projectTools' | 'model' | 'tokenBudget'>;

/** Of each call: its instructions, and the form of the answer. */
const tokensOfInstructions = 450;

/** @throws {ApplicationFailure} of type `InvalidInput` for a path, revision or setting, `GitFailed` where git refuses */
export async function plan(input: PlanInput, environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<ReviewPlan> {
  const root = await realRoot(input.root ?? process.cwd());
  const { repository, note } = await openRepository(root, input.diff, signal);
  try {
    const planned = await planIn(root, repository, input, environment, signal);
    return note === undefined ? planned : { ...planned, notes: [...planned.notes, note] };
  } finally {
    await repository?.close();
  }
}

async function planIn(
  root: string,
  repository: Repository | undefined,
  input: PlanInput,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ReviewPlan> {
  const { paths = ['.'], diff, projectTools = false, tokenBudget } = input;
  const model = input.model !== false && modelConfigured(environment);
  const settings = await readProjectSettings(root);
  const { commit: base, note } = diff === undefined ? {} : await needed(root, diff, repository).base(diff);
  const candidates = await candidatesOf(root, paths, repository, base, signal);
  // A change, or some of the folder, does not show all that a pattern may mean.
  const listed = isWhole(paths) && base === undefined ? candidates.map(({ path }) => path) : undefined;
  const selection = await select(candidates, {
    root,
    asked: paths.filter((path) => path !== '.'),
    settings,
    model,
    signal,
    hunks: async (changes) => (repository && base !== undefined ? repository.hunks(base, changes) : new Map()),
  });
  const { files, estimate, notes } = model ? asked(selection, tokenBudget) : unasked(selection, input.model);
  return {
    root,
    model,
    ...given({ base, estimate, below: belowTop(root, repository) }),
    files,
    analysers: plannedAnalysers(root, files, { projectTools, top: repository?.top ?? root }),
    skipped: selection.skipped,
    notes: [
      ...notes,
      ...(note === undefined ? [] : [note]),
      ...unusedSettings(root, projectTools),
      ...(await unheard(settings, { root, projectTools, paths: listed, signal })),
      ...(isWhole(paths) ? await outside(root, repository, base, candidates.length) : []),
    ],
  };
}

function belowTop(root: string, repository: Repository | undefined): string | undefined {
  const below = relative(repository?.top ?? root, root)
    .split(sep)
    .join('/');
  return below === '' || below.startsWith('..') ? undefined : below;
}

function isWhole(paths: readonly string[]): boolean {
  return paths.every((path) => path === '.');
}

/** Who names no path may mean all that changed, and a folder of a repository is not all of it. */
async function outside(
  root: string,
  repository: Repository | undefined,
  base: string | undefined,
  inside: number,
): Promise<string[]> {
  if (!repository || base === undefined || repository.top === root) return [];
  const left = (await repository.countChanged(base)) - inside;
  if (left <= 0) return [];
  const files = many(left, 'file');
  return [
    `${files} outside of this folder changed too and ${left === 1 ? 'was' : 'were'} not looked at; in ${repository.top} all are.`,
  ];
}

function unusedSettings(root: string, projectTools: boolean): string[] {
  const named = projectTools ? [] : projectSettings(root);
  if (named.length === 0) return [];
  return [
    `${named.join(', ')}: settings of the project were not used, as they are code that runs with your rights; --project-tools uses them.`,
  ];
}

interface Opened {
  readonly repository: Repository | undefined;
  readonly note?: string;
}

async function openRepository(root: string, diff: string | undefined, signal: AbortSignal): Promise<Opened> {
  try {
    return { repository: await Repository.find(root, signal) };
  } catch (error) {
    const missing = error instanceof ApplicationFailure && error.type === 'AnalyserMissing';
    if (!missing || diff !== undefined) throw error;
    const note = 'git is not installed here, so what the repository ignores was reviewed too.';
    return { repository: undefined, note };
  }
}

function needed(root: string, diff: string, repository: Repository | undefined): Repository {
  if (repository) return repository;
  const message = `'${root}' is in no repository of git, so it has no changes since '${diff}'`;
  throw ApplicationFailure.nonRetryable(message, 'InvalidInput');
}

async function candidatesOf(
  root: string,
  paths: readonly string[],
  repository: Repository | undefined,
  base: string | undefined,
  signal: AbortSignal,
): Promise<Candidate[]> {
  if (!repository || base === undefined)
    return (await listFiles(root, paths, repository, signal)).map((path) => ({ path }));
  for (const path of paths) await within(root, path);
  const changes = (await repository.changed(base, paths)).filter(({ path }) => !isOwnState(path));
  return changes.map((change) => ({ path: change.path, change })).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

type Asked = Pick<ReviewPlan, 'files' | 'notes'> & { readonly estimate?: ModelEstimate };

/** Nothing is sent to a model, so no file has parts. */
function unasked({ files }: Selection, model: boolean | undefined): Asked {
  const why =
    model === false
      ? 'No model is asked, as the run says so'
      : 'No model is configured (OPENAI_BASE_URL or OPENAI_API_KEY)';
  return { files, notes: [`${why}, so these are the findings of analysers alone.`] };
}

/** The first parts of each file, as far as the tokens last. */
function asked({ files, sizes }: Selection, tokenBudget = Infinity): Asked {
  const notes: string[] = [];
  let [calls, inputTokens] = [0, 0];
  const unread: string[] = [];
  const kept = files.map((file): ReviewFile => {
    if (file.parts.length > mostParts)
      notes.push(`${file.path} is long: the model is asked about its first ${mostParts} parts only.`);
    const parts = file.parts.slice(0, mostParts).filter((part) => {
      const tokens = tokensOfInstructions + (sizes.get(file.path)?.[part] ?? 0);
      if (inputTokens + tokens > tokenBudget) return false;
      inputTokens += tokens;
      calls++;
      return true;
    });
    if (parts.length < Math.min(mostParts, file.parts.length)) unread.push(file.path);
    return { ...file, parts };
  });
  if (unread.length > 0) {
    const some = `${unread.slice(0, 3).join(', ')}${unread.length > 3 ? ', …' : ''}`;
    notes.push(
      `The budget of ${tokenBudget} tokens leaves ${many(unread.length, 'file')} unread by the model: ${some}.`,
    );
  }
  return { files: kept, estimate: { calls, inputTokens }, notes };
}

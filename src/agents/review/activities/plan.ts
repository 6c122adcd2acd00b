/** What a review will look at, and with what; everything that is left out is counted with its reason. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import type { LineRange } from '../pure/findings.ts';
import type { AnalyserPlan, ReviewFile, ReviewInput, ReviewPlan, Skipped } from '../pure/types.ts';
import { modelConfigured } from '../../model/completion.ts';
import { listFiles, readSource, realRoot, within } from './files.ts';
import { Repository } from './git.ts';
import { isScript, languageOf } from './languages.ts';
import { mostParts, partsOf } from './parts.ts';
import { linterOf } from './tools.ts';

export type PlanInput = Pick<ReviewInput, 'root' | 'paths' | 'diff' | 'projectTools'>;

/** A plan is one message, so it must stay well below 2 MB. */
const mostFiles = 4000;
/** Files for one run of a linter: their findings travel in one message. */
const filesInRun = 250;
const mostProjects = 20;
const shownPaths = 5;

/** @throws {ApplicationFailure} of type `InvalidInput` for a path or revision that is not there */
export async function plan(
  { root: given, paths = ['.'], diff, projectTools = false }: PlanInput,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ReviewPlan> {
  const root = await realRoot(given ?? process.cwd());
  const repository = await Repository.find(root, signal);
  const chosen =
    diff === undefined
      ? new Map((await listFiles(root, paths, repository, signal)).map((path) => [path, undefined] as const))
      : await changesOf(root, diff, paths, repository);
  const { files, skipped } = await select(root, chosen, signal);
  const model = modelConfigured(environment);
  const top = projectTools ? (repository?.top ?? root) : root;
  return {
    root,
    model,
    files: files.map((file) => ({ ...file, parts: file.parts.filter((part) => part < mostParts) })),
    analysers: [...linters(root, files, projectTools), ...compilers(root, files, top)],
    skipped,
    notes: model ? longFiles(files) : [withoutModel],
  };
}

const withoutModel =
  'No model is configured (OPENAI_BASE_URL or OPENAI_API_KEY), so these are the findings of analysers alone.';

type Changed = readonly LineRange[] | undefined;

async function select(
  root: string,
  chosen: ReadonlyMap<string, Changed>,
  signal: AbortSignal,
): Promise<Pick<ReviewPlan, 'files' | 'skipped'>> {
  const files: ReviewFile[] = [];
  const left = new Map<string, { count: number; paths: string[] }>();
  for (const path of [...chosen.keys()].toSorted()) {
    signal.throwIfAborted();
    const file = files.length < mostFiles ? await look(root, path, chosen.get(path)) : `beyond the first ${mostFiles}`;
    if (typeof file !== 'string') {
      files.push(file);
      continue;
    }
    const group = left.get(file) ?? { count: 0, paths: [] };
    left.set(file, group);
    if (++group.count <= shownPaths) group.paths.push(path);
  }
  return { files, skipped: [...left].map(([reason, group]): Skipped => ({ reason, ...group })) };
}

async function changesOf(
  root: string,
  diff: string,
  paths: readonly string[],
  repository: Repository | undefined,
): Promise<Map<string, LineRange[] | undefined>> {
  if (!repository) {
    throw ApplicationFailure.nonRetryable(`'${root}' is in no repository of git, so it has no changes`, 'InvalidInput');
  }
  for (const path of paths) await within(root, path);
  return repository.changes(diff, paths);
}

/** The file as it is reviewed, or why it is not. */
async function look(
  root: string,
  path: string,
  changed: readonly LineRange[] | undefined,
): Promise<ReviewFile | string> {
  const language = languageOf(path);
  if (language === undefined) return 'in no language that is reviewed here';
  const content = await readSource(root, path);
  if ('skip' in content) return content.skip;
  if (changed?.length === 0) return 'lines were only taken away';
  const parts = partsOf(content.lines).flatMap(([from, to], index) =>
    changed === undefined || changed.some((range) => range[0] <= to && range[1] >= from) ? [index] : [],
  );
  return { path, language, parts, ...(changed === undefined ? {} : { changed }) };
}

function longFiles(files: readonly ReviewFile[]): string[] {
  return files
    .filter(({ parts }) => parts.some((part) => part >= mostParts))
    .map(({ path }) => `${path} is long: the model is asked about its first ${mostParts} parts only.`);
}

function linters(root: string, files: readonly ReviewFile[], projectTools: boolean): AnalyserPlan[] {
  const scripts = files.flatMap(({ language }, index) => (isScript(language) ? [index] : []));
  const tool = linterOf(root, projectTools);
  const runs: AnalyserPlan[] = [];
  for (let start = 0; start < scripts.length; start += filesInRun) {
    const id = start === 0 ? tool : `${tool} ${runs.length + 1}`;
    runs.push({ id, tool, files: scripts.slice(start, start + filesInRun) });
  }
  return runs;
}

/** One run for each tsconfig.json that is the nearest of some file, up to `top`. */
function compilers(root: string, files: readonly ReviewFile[], top: string): AnalyserPlan[] {
  const nearest = new Map<string, string | undefined>();
  const projectOf = (folder: string): string | undefined => {
    if (nearest.has(folder)) return nearest.get(folder);
    const file = join(folder, 'tsconfig.json');
    const above = folder === top || dirname(folder) === folder ? undefined : projectOf(dirname(folder));
    const project = existsSync(file) ? file : above;
    nearest.set(folder, project);
    return project;
  };
  const projects = new Map<string, number[]>();
  files.forEach(({ path, language }, index) => {
    const project = isScript(language) ? projectOf(dirname(join(root, path))) : undefined;
    if (project !== undefined) projects.set(project, [...(projects.get(project) ?? []), index]);
  });
  return [...projects].slice(0, mostProjects).map(([project, of], index) => ({
    id: index === 0 ? 'typescript' : `typescript ${index + 1}`,
    tool: 'typescript',
    project,
    files: of,
  }));
}

/** Which analysers that are programs check the files of a review: linters, the compiler, and what is installed. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { given } from '../../../../activities/index.ts';
import type { AnalyserName, AnalyserPlan, ReviewFile } from '../../pure/types.ts';
import { isScript } from '../languages.ts';
import { findInstalled, linterOf } from './find.ts';
import { installedAnalysers, installedNames } from './registry.ts';

/** Files for one run: their findings travel in one message. */
const filesInRun = 250;
const mostProjects = 20;

interface ProgramOptions {
  readonly projectTools: boolean;
  /** The folder above which nothing of the project is looked for. */
  readonly top: string;
}

export function plannedAnalysers(
  root: string,
  all: readonly ReviewFile[],
  { projectTools, top }: ProgramOptions,
): AnalyserPlan[] {
  const here = all.flatMap((file, index) => (file.gone || file.secretsOnly ? [] : [{ file, index }]));
  const of = (wants: (file: ReviewFile) => boolean): number[] =>
    here.filter(({ file }) => wants(file)).map(({ index }) => index);
  const scripts = of(({ language }) => isScript(language));
  return [
    ...runs(linterOf(root, projectTools), scripts),
    ...projects('typescript', root, all, scripts, 'tsconfig.json', projectTools ? top : root),
    ...installedNames.flatMap((tool) => {
      const { program, wants, runsProject, needs } = installedAnalysers[tool];
      const files = (runsProject && !projectTools) || !findInstalled(program, root) ? [] : of(wants);
      return needs === undefined
        ? runs(tool, files)
        : projects(tool, root, all, files, needs, projectTools ? top : root);
    }),
  ];
}

function runs(tool: AnalyserName, files: readonly number[]): AnalyserPlan[] {
  const all: AnalyserPlan[] = [];
  for (let start = 0; start < files.length; start += filesInRun)
    all.push({ id: numbered(tool, all.length), tool, files: files.slice(start, start + filesInRun) });
  return all;
}

function numbered(tool: AnalyserName, index: number): string {
  return index === 0 ? tool : `${tool} ${index + 1}`;
}

/** One run for each file of this name that is the nearest of some of the files, up to `top`. */
function projects(
  tool: AnalyserName,
  root: string,
  all: readonly ReviewFile[],
  files: readonly number[],
  name: string,
  top: string,
): AnalyserPlan[] {
  const nearest = new Map<string, string | undefined>();
  const projectOf = (folder: string): string | undefined => {
    if (nearest.has(folder)) return nearest.get(folder);
    const file = join(folder, name);
    const above = folder === top || dirname(folder) === folder ? undefined : projectOf(dirname(folder));
    const project = existsSync(file) ? file : above;
    nearest.set(folder, project);
    return project;
  };
  const byProject = new Map<string, number[]>();
  for (const index of files) {
    const project = projectOf(dirname(join(root, all[index]?.path ?? '')));
    if (project === undefined) continue;
    const group = byProject.get(project);
    if (group) group.push(index);
    else byProject.set(project, [index]);
  }
  return [...byProject]
    .slice(0, mostProjects)
    .map(([project, of], index) => ({ id: numbered(tool, index), tool, ...given({ project }), files: of }));
}

/**
 * Code review as activities. The surprising rule: they are registered apart from those that runs of tasks may name,
 * since they read any folder that the workflow names, and who may start a run over HTTP may not.
 */
import { currentSignal, type Part } from '../../../activities/index.ts';
import type { Found, ReviewFile, ReviewPlan } from '../pure/types.ts';
import { analyse, type AnalyserInput } from './analyser.ts';
import { readSource } from './files.ts';
import { isScript } from './languages.ts';
import { plan, type PlanInput } from './plan.ts';
import { reviewPart as askAboutPart, type ReviewerInput } from './reviewer.ts';
import { ruff } from './ruff.ts';
import { hasSyntaxRules, syntax } from './syntax.ts';
import { textRules } from './text.ts';
import { tied } from './locate.ts';

export interface CheckFileInput {
  readonly root: string;
  readonly file: ReviewFile;
}

export function createReviewActivities(environment: NodeJS.ProcessEnv = process.env) {
  return {
    /** The files, and who looks at them. */
    planReview: (input: PlanInput): Promise<ReviewPlan> => plan(input, environment, currentSignal()),
    /** A linter or the compiler over many files. */
    runAnalyser: (input: AnalyserInput): Promise<Found> => analyse(input, currentSignal()),
    /** What can be said of one file by itself. */
    checkFile,
    /** What a model says of one part of a file. */
    askReviewer: (input: ReviewerInput): Promise<Found> => askAboutPart(input, environment, currentSignal()),
  };
}

async function checkFile({ root, file }: CheckFileInput): Promise<Found> {
  const { path, language } = file;
  const content = await readSource(root, path);
  if ('skip' in content) return { findings: [], cut: 0, outside: 0, notes: [`${path} was left out: ${content.skip}.`] };
  // Of a script, its linter tells that.
  const claims = textRules(path, content.lines).filter(({ rule }) => rule !== 'merge-conflict' || !isScript(language));
  const analyser = analyserOf(language);
  if (analyser === 'ruff') claims.push(...ruff(path, content.text));
  if (analyser === 'tree-sitter') claims.push(...(await syntax(path, language, content.text)));
  const found = await tied(root, [file], claims);
  return analyser === undefined ? found : { ...found, analysers: [{ name: analyser, files: 1 }] };
}

/** Scripts have their linter and compiler, which look at many files at once. */
function analyserOf(language: string): 'ruff' | 'tree-sitter' | undefined {
  if (language === 'python') return 'ruff';
  return hasSyntaxRules(language) ? 'tree-sitter' : undefined;
}

/** It reads any folder that its workflow names, so runs of tasks may name none of it. */
export function reviewPart(environment: NodeJS.ProcessEnv): Part {
  return { activities: createReviewActivities(environment) };
}

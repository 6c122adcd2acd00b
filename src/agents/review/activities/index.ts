/**
 * Code review as activities. The surprising rule: they are registered apart from those that runs of tasks may name,
 * since they read any folder that the workflow names, and who may start a run over HTTP may not.
 */
import { codedByWorker, currentSignal, type Part, type Store } from '../../../activities/index.ts';
import type { Found, ReviewPlan } from '../pure/types.ts';
import { answerCache } from './answers.ts';
import { checkFile, type CheckFileInput } from './check-file.ts';
import { plan, type PlanInput } from './plan.ts';
import { analyse } from './programs/analyser.ts';
import type { AnalyserInput } from './programs/run.ts';
import { reviewPart as askAboutPart, type ReviewerInput } from './reviewer.ts';

/** @param home where answers of the model are kept for the next review; none are without one */
export function createReviewActivities(
  environment: NodeJS.ProcessEnv = process.env,
  home?: string,
  coded: (store: Store) => Store = codedByWorker,
) {
  const answers = answerCache(home, coded);
  return {
    /** The files, and who checks them. */
    planReview: (input: PlanInput): Promise<ReviewPlan> => plan(input, environment, currentSignal()),
    /** A linter, a compiler or a scanner over many files. */
    runAnalyser: (input: AnalyserInput): Promise<Found> => analyse(input, currentSignal()),
    /** What can be said of one file by itself. */
    checkFile: (input: CheckFileInput): Promise<Found> => checkFile(input, currentSignal()),
    /** What a model says of one part of a file or of its change. */
    askReviewer: (input: ReviewerInput): Promise<Found> =>
      askAboutPart(input, { environment, answers, signal: currentSignal() }),
  };
}

export interface ReviewPartOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly home: string;
  /** A store as one whose objects pass through the worker's payload codecs. @default by those of the worker that calls */
  readonly coded?: (store: Store) => Store;
}

/** It reads any folder that its workflow names, so runs of tasks may name none of it. */
export function reviewPart({ environment, home, coded }: ReviewPartOptions): Part {
  return { activities: createReviewActivities(environment, home, coded) };
}

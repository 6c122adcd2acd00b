/**
 * Code review: a plan of files and analysers, then one fan-out over both, and over what the model is asked of each file.
 * What the model says of a file is a task of its own, so that its failure costs nothing else.
 */
import {
  type GatherOptions,
  mustSeeEach,
  gatherOptions,
  type RunOptions,
  type RunOutcome,
  ownActivities,
  ownActivity,
  proxyActivities,
  gatherBySize,
  outcome,
  refuseBad,
  listen,
  given,
  fanIn,
  type TaskSuccess,
} from '../../../workflow.ts';
import type { createReviewActivities } from '../activities/index.ts';
import { reviewReport, tasksOf } from '../pure/report.ts';
import type { Found, ReviewInput, ReviewPlan, ReviewReport, ReviewTask } from '../pure/types.ts';

type Activities = ReturnType<typeof createReviewActivities>;

/** Where each file is a matter of milliseconds, and no call is paid for. */
const filesInPack = 50;
/** Grammars and Ruff are compiled where they run, and a busy machine may take seconds over that. */
const heartbeatTimeout = '10s';
/** Calls of the model at once, unless the run says otherwise. */
const modelConcurrency = 8;

/** @throws {ApplicationFailure} of type `InvalidInput` for paths that are not there, or `InsufficientResultsError` */
export async function review(input: ReviewInput): Promise<RunOutcome<ReviewReport>> {
  const { options = {}, known, redriveOf, projectTools = false, all } = input;
  listen();
  const { planReview } = ownActivities(
    proxyActivities<Activities>({ startToCloseTimeout: '5 minutes', heartbeatTimeout }),
  );
  const { root, paths, diff, model, tokenBudget } = input;
  const plan = await planReview({ projectTools, ...given({ root, paths, diff, model, tokenBudget }) });
  if (input.planOnly) {
    const nothing = fanIn<Found>([], { elapsedMs: 0, stoppedBy: 'allSettled' });
    return outcome(nothing, { answer: { ...reviewReport(input, plan, nothing), planOnly: true }, redriveOf });
  }
  const rule = refuseBad(() =>
    gatherOptions<ReviewTask, Found>({ ...(plan.model ? { concurrency: modelConcurrency } : {}), ...options }, costOf),
  );
  const work = {
    attempts: options.attempts ?? 3,
    activity: ({ kind }: ReviewTask) => ownActivity(activities[kind]),
    input: (task: ReviewTask) => inputOf(task, plan, { projectTools, ...given({ all }) }),
    options: { startToCloseTimeout: '6 minutes', heartbeatTimeout },
  } as const;
  const results = await gatherBySize<ReviewTask, Found>(tasksOf(plan), work, granularityOf(plan, options, rule), {
    name: 'files',
    id: ({ id }) => id,
    ...rule,
    ...given({ known: known && knownFound(known) }),
  });
  return outcome(results, { answer: reviewReport(input, plan, results), redriveOf });
}

const activities = { analyser: 'runAnalyser', file: 'checkFile', model: 'askReviewer' } as const satisfies Record<
  ReviewTask['kind'],
  keyof Activities
>;

/** Only what the model is asked costs. */
function costOf({ kind }: ReviewTask): number {
  return kind === 'model' ? 1 : 0;
}

/** What an earlier run of this kind found, as it was recorded. */
function knownFound(known: Readonly<Record<string, TaskSuccess>>): Record<string, TaskSuccess<Found>> {
  return Object.fromEntries(Object.entries(known).map(([id, each]) => [id, { ...each, result: each.result as Found }]));
}

function inputOf(
  task: ReviewTask,
  plan: ReviewPlan,
  asked: { readonly projectTools: boolean; readonly all?: boolean },
): unknown {
  const { root } = plan;
  const base = given({ base: plan.base });
  if (task.kind === 'file')
    return { root, file: task.file, ...asked, ...base } satisfies Parameters<Activities['checkFile']>[0];
  if (task.kind === 'model')
    return { root, file: task.file, part: task.part, ...base } satisfies Parameters<Activities['askReviewer']>[0];
  const { tool, project, files } = task.analyser;
  return {
    root,
    tool,
    ...asked,
    ...given({ project }),
    files: files.flatMap((index) => plan.files[index] ?? []),
  } satisfies Parameters<Activities['runAnalyser']>[0];
}

/** A call that is paid for is an activity of its own, so that a crash never repeats one that had finished. */
function granularityOf(
  { model, files }: ReviewPlan,
  { granularity }: RunOptions,
  rule: GatherOptions<ReviewTask, Found>,
): number | 'task' {
  if (granularity === 'task' || typeof granularity === 'number') return granularity;
  return model || files.length <= filesInPack || mustSeeEach(rule) !== undefined ? 'task' : filesInPack;
}

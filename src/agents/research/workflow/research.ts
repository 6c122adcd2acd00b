/** Research: ask every source side by side, then write one answer from what came back, naming what did not. */
import { patched } from '@temporalio/workflow';
import {
  gatherOptions,
  knownResults,
  type RunOutcome,
  ownActivities,
  proxyActivities,
  gather,
  outcome,
  listen,
  milliseconds,
} from '../../../workflow.ts';
import { PagesOfRun } from '../pure/pages.ts';
import type { ResearchInput } from '../pure/types.ts';
import { unreadApart } from '../pure/unread.ts';
import type { createResearchActivities } from '../activities/index.ts';
import type { Passage } from '../activities/sources/source.ts';
import { researchInDepth } from './depth/index.ts';
import { askFacts } from './facts.ts';
import { leftUntil, searchOf } from './search.ts';

type Activities = ReturnType<typeof createResearchActivities>;
type Answer = Awaited<ReturnType<Activities['synthesizeAnswer']>>;

/** All the web sources and what every installation has on its disk: without a network, these are still above the minimum. */
const defaultSources = [
  'arxiv',
  'openalex',
  'crossref',
  'semantic-scholar',
  'europe-pmc',
  'wikipedia',
  'package-readmes',
  'package-docs',
  'package-changelogs',
  'package-types',
  'package-code',
] as const;

/** The named limit of each source that has one of its own; a limit that the run names is that of all. */
async function limitsOfSources(named: string | undefined): Promise<Readonly<Record<string, string>>> {
  if (named !== undefined || !patched('fanfold: a source waits at its own limit')) return {};
  return (await askFacts()).limits ?? {};
}

/** @throws {ApplicationFailure} of type `InsufficientResultsError` when too few sources answered */
export async function research(input: ResearchInput): Promise<RunOutcome<Answer>> {
  const { question, folders = [], options = {}, known, redriveOf } = input;
  if (input.depth !== undefined && input.depth !== 1) return researchInDepth(input);
  listen();
  const limits = await limitsOfSources(options.limit);
  const { synthesizeAnswer } = ownActivities(proxyActivities<Activities>({ startToCloseTimeout: '3 minutes' }));
  const sources = [...(input.sources ?? (folders.length > 0 ? [] : defaultSources)), ...folders];
  // Who says how many are enough has said what the minimum is.
  const minimum = options.first === undefined && options.minSuccesses === undefined ? { minSuccessRatio: 0.4 } : {};
  const { deadline = '10s' } = options;
  const until = Date.now() + milliseconds(deadline, 'deadline');
  const pages = new PagesOfRun();
  const search = (source: string) =>
    searchOf(source, options, { limits, pages })({
      source,
      question,
      ...(folders.includes(source) ? { folder: source } : {}),
      ...leftUntil(until),
    });
  const fanIn = await gather(sources, search, {
    name: 'sources',
    id: (source) => source,
    ...gatherOptions({ concurrency: 3, ...minimum, ...options, deadline }),
    ...knownResults<Passage[]>(known),
  });
  const { passages, unread } = unreadApart(fanIn.mergedResults.flat());
  const answer = await synthesizeAnswer({
    question,
    passages,
    ...(unread.length > 0 ? { unread } : {}),
    searched: fanIn.results.filter(({ success }) => success).map(({ id }) => id),
    failed: fanIn.failedTasks,
    successCount: fanIn.successCount,
    failureCount: fanIn.failureCount,
  });
  return outcome(fanIn, { answer, redriveOf });
}

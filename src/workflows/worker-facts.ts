/** What the worker that runs this workflow knows of its activities. */
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  patched,
  proxyLocalActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { given } from '../core/given.ts';
import type { FactsAsked, WorkerFacts } from '../core/travel/local.ts';
import type { CallAnswer, PackInput } from '../core/travel/pack.ts';
import { beganWithPrefixes, ownActivities } from './own-activities.ts';

/** What was said, with what became of calls that went along, where the worker has done them. */
type Said = WorkerFacts & { readonly answers?: readonly CallAnswer[] };

interface Facts {
  knownActivities(asked: FactsAsked): Promise<Said | string[]>;
}

/**
 * 2: calls that a run has seen itself count as known, and few tasks of an activity by name travel as calls do.
 * 3: few fast calls go in the workflow's own task without being told to.
 * Worth a number where commands change; the worker's answer takes it into the history, which costs no event as a marker does.
 */
const asks = { ways: 3 };

const { knownActivities } = ownActivities(
  proxyLocalActivities<Facts>({ startToCloseTimeout: '10s', retry: { maximumAttempts: 5 } }),
);

/** In the history of a run that has met a worker without fanfold's plugin, which therefore was not asked. */
const withoutPlugin = 'fanfold: a worker without the plugin';

/**
 * The SDK refuses an unknown local activity before it is scheduled, and does not on replay: so it is noted.
 *
 * @throws {ApplicationFailure} of type `PluginMissing`
 */
async function ask<T>(known: () => Promise<T>): Promise<T> {
  // Noted before, as the name is asked for first; a replay heeds the order.
  beganWithPrefixes();
  if (workflowInfo().unsafe.isReplaying && patched(withoutPlugin)) throw pluginMissing();
  try {
    return await known();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    patched(withoutPlugin);
    throw pluginMissing();
  }
}

/** What to do where something of fanfold is asked of a worker that has it not. */
export function pluginMissing(): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    "Packs, limits, the cache, map runs and runs of tasks need fanfold's plugin on the worker: `new Worker({ …, plugins: [fanfold()] })`, with `import { fanfold } from 'fanfold/worker'`",
    'PluginMissing',
  );
}

/** The error, or what to do where it is that the worker does not have an activity of fanfold. */
export function namingPlugin(error: unknown): unknown {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  // As Temporal's worker says of an activity that it does not have.
  const isMissing = cause instanceof ApplicationFailure && cause.type === 'NotFoundError';
  return isMissing && /\brun(?:Cached|Pack)\b/.test(cause.message.slice(0, 200)) ? pluginMissing() : error;
}

let latest: Promise<WorkerFacts> | undefined;

/** Between two looks whether there is a worker that does the work: at first, and at most. */
const [firstLookMs, mostLookMs] = [2000, 60_000];

/** Of a worker that does the work. Histories of fanfold's first days have the names alone. */
async function saidByWorker(): Promise<WorkerFacts> {
  for (let pauseMs = firstLookMs; ; pauseMs = Math.min(2 * pauseMs, mostLookMs)) {
    const facts = await ask(() => knownActivities(asks));
    if (Array.isArray(facts)) return { names: facts, paces: {} };
    if (!facts.onlyAnswers) return facts;
    await sleep(pauseMs, { summary: 'waits for a worker: nobody but who looks at it is there' });
  }
}

export function workerFacts(): Promise<WorkerFacts> {
  latest = saidByWorker();
  // Who asks next tries again.
  latest.catch(() => (latest = undefined));
  return latest;
}

/** What was said last, or what is said now; one task that is cancelled must not take the answer from the others. */
export function latestFacts(): Promise<WorkerFacts> {
  return latest ?? CancellationScope.nonCancellable(workerFacts);
}

/** What decides how calls travel. */
export type CallableFacts = Pick<WorkerFacts, 'names' | 'paces' | 'maxPayloadBytes' | 'ways'>;

/** A worker that was not made by fanfold knows nothing, and is not asked twice. */
const { knownActivities: knownOnce } = ownActivities(
  proxyLocalActivities<Facts>({ startToCloseTimeout: '10s', retry: { maximumAttempts: 1 } }),
);

/** What a worker has learned meanwhile is asked for again after so long. */
const freshMs = 30_000;
let asked: { readonly at: number; readonly said: Promise<Said> } | undefined;

/**
 * What was said of late, or what is said now; on a worker that says nothing, no activity can be put into a pack.
 *
 * @param along asked for where the worker is asked now: it goes with the question, and its calls are done where `answers` are there
 */
export function callFacts(along: () => PackInput | undefined): Promise<CallableFacts & Pick<Said, 'answers'>> {
  if (asked && Date.now() - asked.at < freshMs) return asked.said;
  const said = ask(() => knownOnce({ ...asks, ...given({ along: along() }) })).then(
    (facts): Said => (Array.isArray(facts) ? { names: [], paces: {} } : facts),
    (): Said => ({ names: [], paces: {} }),
  );
  asked = { at: Date.now(), said };
  void said.then(({ onlyAnswers }) => onlyAnswers && (asked = undefined));
  return said;
}

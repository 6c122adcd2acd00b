/**
 * A map run: one registered activity over items that are never in a message, to counts and pages of results in the store.
 * The surprising rule: it may go on in a new execution of its own, with what it has counted; its id and its folder stay.
 */
import { allHandlersFinished, condition, continueAsNew, defineSignal, setHandler } from '@temporalio/workflow';
import { FanOutCancelledError, InsufficientResultsError, InvalidOptionsError } from '../../core/errors.ts';
import { assertLimit } from '../../limits/learned/settings.ts';
import { assertMinimum } from '../../core/fan-in.ts';
import type { MapInput, MapOutcome, UnitNews } from '../../core/map/types.ts';
import { refuseBad, workflowHost } from '../host.ts';
import { listen } from '../live.ts';
import { workerFacts } from '../worker-facts.ts';
import { MapRun } from './map-run.ts';
import { planMap, type MapPlan } from './plan.ts';
import { carried, countsOf, newState, type MapState } from './state.ts';

const unitNews = defineSignal<[UnitNews]>('unitNews');

/** @throws {ApplicationFailure} of type `InvalidOptionsError` before a task runs, or `InsufficientResultsError` */
export async function mapItems(input: MapInput): Promise<MapOutcome> {
  listen();
  const state = (input.state as MapState | undefined) ?? newState(Date.now());
  const plan = refuseBad(() => planMap(input, state));
  if (!input.state) await checkPlan(plan);
  const run = new MapRun(plan, state);
  setHandler(unitNews, (news) => run.hear(news));
  run.start();
  const how = await run.over.catch((error: unknown) => refuseBad(() => rethrow(error)));
  if (how === 'continue') {
    await condition(allHandlersFinished);
    return continueAsNew<typeof mapItems>(carried(input, state));
  }
  return outcomeOf(run, input);
}

function outcomeOf(run: MapRun, { redriveOf }: MapInput): MapOutcome {
  const fanIn = countsOf(run.state, Date.now());
  if (fanIn.stoppedBy === 'cancelled') throw workflowHost.fail(new FanOutCancelledError(fanIn), fanIn);
  try {
    assertMinimum(fanIn, run.state.minimum);
  } catch (error) {
    throw error instanceof InsufficientResultsError ? workflowHost.fail(error, fanIn) : error;
  }
  const { folder } = run.state;
  return { fanIn, resultsInPages: true, folder, ...(redriveOf === undefined ? {} : { redriveOf }) };
}

async function checkPlan({ activity, limit }: MapPlan): Promise<void> {
  const { names, limits } = await workerFacts();
  if (limit !== undefined) refuseBad(() => assertLimit('limit', limit, limits));
  if (names.includes(activity)) return;
  const error = new InvalidOptionsError(
    'activity',
    `must be a registered activity (there is: ${names.join(', ')})`,
    activity,
  );
  throw workflowHost.fail(error);
}

function rethrow(error: unknown): never {
  throw error;
}

/**
 * A map run: one registered activity over items that are never in a message, to counts and pages of results in the store.
 * It may go on in a new execution of its own, with what it has counted; its id and its folder stay.
 */
import { allHandlersFinished, condition, continueAsNew, defineSignal, setHandler } from '@temporalio/workflow';
import { FanOutCancelledError, InsufficientResultsError } from '../../core/errors.ts';
import { assertLimit } from '../../limits/learned/settings.ts';
import { checkActivity } from '../../core/task-spec.ts';
import { assertMinimum } from '../../core/minimum.ts';
import { given } from '../../core/given.ts';
import type { ContinuedMapInput, MapInput, MapOutcome, UnitNews } from '../../core/map/types.ts';
import { refuseBad } from '../accept-update.ts';
import { workflowHost } from '../host.ts';
import { fanOutSpan, inSpan } from '../spans.ts';
import { countFanOut } from '../counted.ts';
import { listen } from '../live-control.ts';
import { workerFacts } from '../worker-facts.ts';
import { MapRun } from './map-run.ts';
import { planMap, type MapPlan } from './plan.ts';
import { carried, countsOf, newState, type MapState } from './state.ts';

const unitNews = defineSignal<[UnitNews]>('unitNews');

/**
 * The workflow of a map run, which `FanfoldClient.map` starts; a bundle made before exports it.
 *
 * @throws {ApplicationFailure} of type `InvalidOptionsError` before a task runs, or `InsufficientResultsError`
 * @example export { mapBranch, mapItems, runTasks } from 'fanfold/workflow';
 */
export async function mapItems(input: ContinuedMapInput): Promise<MapOutcome> {
  listen();
  const state = (input.state as MapState | undefined) ?? newState(Date.now());
  const plan = refuseBad(() => planMap(input, state));
  if (!input.state) await checkPlan(plan);
  const run = new MapRun(plan, state);
  setHandler(unitNews, (news) => run.receive(news));
  const over = inSpan(fanOutSpan('items'), () => {
    run.start();
    return run.over;
  });
  const how = await over.catch((error: unknown) => refuseBad(() => rethrow(error)));
  if (how === 'continue') {
    await condition(allHandlersFinished);
    return continueAsNew<typeof mapItems>(carried(input, state));
  }
  countFanOut(run);
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
  const { folder, store } = run.state;
  return { fanIn, resultsInPages: true, folder, ...given({ redriveOf, store }) };
}

async function checkPlan({ activity, source, limit }: MapPlan): Promise<void> {
  const { names, limits } = await workerFacts();
  const open = new Set(names);
  refuseBad(() => {
    if (limit !== undefined) assertLimit('limit', limit, limits);
    checkActivity('activity', activity, open);
    if (source.kind === 'query') checkActivity('source.activity', source.activity, open);
  });
}

function rethrow(error: unknown): never {
  throw error;
}

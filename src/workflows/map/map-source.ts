/** A map run from a workflow of one's own: as a child, whose history is its own however many items there are. */
import {
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
  ParentClosePolicy,
  executeChild,
  patched,
  workflowInfo,
} from '@temporalio/workflow';
import type { MapOptions, MapOutcome, MapSource } from '../../core/map/types.ts';
import { markdownText } from '../../core/text/markup.ts';
import { workerFacts } from '../worker-facts.ts';
import type { mapItems } from './map-items.ts';

let started = 0;

/**
 * Run a registered activity for every item of a source, to counts and to where the results are; `FanfoldClient.results`
 * reads them by the child's id, `<workflow id>/map-1`.
 *
 * @throws {ApplicationFailure} of type `InsufficientResultsError` or `InvalidOptionsError`, or `PluginMissing` where the
 * worker has not the plugin
 * @example const { fanIn } = await mapSource({ kind: 'file', path: '/data/people.csv', format: 'csv' }, 'score', { concurrency: 200 });
 */
export async function mapSource(source: MapSource, activity: string, options: MapOptions = {}): Promise<MapOutcome> {
  // A child whose workflow no worker has would never begin, and never end.
  if (patched('fanfold: a map source asks for the plugin')) await workerFacts();
  try {
    return await executeChild<typeof mapItems>('mapItems', {
      workflowId: `${workflowInfo().workflowId}/map-${++started}`,
      args: [{ source, activity, options }],
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      workflowTaskTimeout: '5s',
      staticSummary: markdownText(`map: ${activity} over a ${source.kind}`, 200),
    });
  } catch (error) {
    throw error instanceof ChildWorkflowFailure && error.cause ? error.cause : error;
  }
}

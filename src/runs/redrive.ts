/** What a second run needs to do only what a first one did not; the first one's input is read from its history. */
import type { Client } from '@temporalio/client';
import { runKinds, type RunContext, type RunKind, type RunOptions } from '../core/run.ts';
import type { TaskSuccess } from '../core/task.ts';
import { decodePayload } from '../store/references.ts';
import { FanfoldError } from '../errors.ts';
import { folderOf } from './map.ts';
import type { RunInputs } from './start.ts';
import type { RunView } from './view.ts';

export interface Redrive {
  readonly kind: RunKind;
  readonly input: RunInputs[RunKind];
}

/** @throws {FanfoldError} of type `RunOpen` while the run goes on, `InvalidInput` where it is none of fanfold's */
export async function redriveInput(client: Client, view: RunView, options: RunOptions = {}): Promise<Redrive> {
  if (view.status === 'running')
    throw new FanfoldError('RunOpen', `Run '${view.runId}' still goes on; redrive it once it is over`);
  if (!isKind(view.kind))
    throw new FanfoldError('InvalidInput', `Run '${view.runId}' is no run of fanfold but of '${view.kind}'`);
  const input = await readInput(client, view.runId);
  if ('source' in input) {
    const earlier = await folderOf(client, view.runId);
    const { state: _state, ...asked } = input;
    return {
      kind: view.kind,
      input: { ...asked, options: { ...input.options, ...options }, redriveOf: view.runId, earlier },
    };
  }
  const successes = (view.fanIn?.results ?? []).filter((result): result is TaskSuccess => result.success);
  const context: RunContext = {
    options: { ...input.options, ...options },
    redriveOf: view.runId,
    known: Object.fromEntries(successes.map((result) => [result.id, result])),
  };
  return { kind: view.kind, input: { ...input, ...context } };
}

function isKind(kind: string): kind is RunKind {
  return Object.hasOwn(runKinds, kind);
}

/** What a run was started with. */
export async function readInput(client: Client, runId: string): Promise<RunInputs[RunKind]> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId: runId },
    maximumPageSize: 1,
  });
  const payload = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  if (!payload) throw new FanfoldError('InvalidInput', `The input of run '${runId}' cannot be read from its history`);
  return decodePayload(client.options.loadedDataConverter, payload);
}

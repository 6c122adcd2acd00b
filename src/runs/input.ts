/** What a run was started with, read from its history. */
import type { Client } from '@temporalio/client';
import type { RunContext, RunTasksInput, TaskSpec } from '../core/run.ts';
import { FanfoldError } from '../errors.ts';
import { orMismatch } from '../store/codecs.ts';
import { decodePayload } from '../store/references.ts';
import { tasksKind } from './kinds.ts';
import { liveName } from './live-names.ts';
import type { RunSummary } from './run-view.ts';
import type { RunSource } from './run-source.ts';

/** How a run began, which is the first event of its history; undefined where that is gone. */
export async function startOf({ workflowService, options: { namespace } }: Client, runId: string) {
  const { history } = await workflowService.getWorkflowExecutionHistory({
    namespace,
    execution: { workflowId: runId },
    maximumPageSize: 1,
  });
  return history?.events?.[0]?.workflowExecutionStartedEventAttributes ?? undefined;
}

/** @throws {FanfoldError} of type `InvalidInput` where the history has it no more, `CodecMismatch` where it is encoded */
export async function readInput(client: Client, runId: string): Promise<RunContext> {
  const payload = (await startOf(client, runId))?.input?.payloads?.[0];
  if (!payload) throw new FanfoldError('InvalidInput', `The input of run '${runId}' cannot be read from its history`);
  return decodePayload<RunContext>(client.options.loadedDataConverter, payload).catch((error: unknown) => {
    throw orMismatch(error);
  });
}

/**
 * The input of a run with the tasks that were added to it since, where these are some of `ids`.
 *
 * @throws {FanfoldError} of type `ResultsLost` where the history does not say what a task of them was asked
 */
export async function inputWith(
  { temporal, kinds }: RunSource,
  { runId, kind }: Pick<RunSummary, 'runId' | 'kind'>,
  ids: Iterable<string>,
): Promise<RunContext> {
  const input = await readInput(temporal, runId);
  if (kind !== tasksKind.name) return input;
  const { tasks } = input as RunTasksInput;
  const known = new Set(tasks.map(({ id }) => id));
  const others = new Set([...ids].filter((id) => !known.has(id)));
  if (others.size === 0) return input;
  const added: TaskSpec[] = [];
  for await (const task of addedTasks(temporal, runId, liveName(kinds, kind, 'addTasks')))
    if (others.delete(task.id)) added.push(task);
  const [lost] = others;
  if (lost === undefined) return { ...input, tasks: [...tasks, ...added] } as RunTasksInput;
  const message = `Task '${lost}' was added to run '${runId}', and its history has no more what it was asked`;
  throw new FanfoldError('ResultsLost', message);
}

/** In the order in which they were taken; what was refused is in no history. */
async function* addedTasks(client: Client, runId: string, update: string): AsyncGenerator<TaskSpec> {
  const { events } = await client.workflow.getHandle(runId).fetchHistory();
  for (const { workflowExecutionUpdateAcceptedEventAttributes: accepted } of events ?? []) {
    const { name, args } = accepted?.acceptedRequest?.input ?? {};
    const [payload] = args?.payloads ?? [];
    if (name !== update || !payload) continue;
    const { items } = await decodePayload<{ items?: readonly TaskSpec[] }>(client.options.loadedDataConverter, payload);
    yield* items ?? [];
  }
}

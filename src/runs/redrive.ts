/** What a second run needs to do only what a first one did not; the first one's input is read from its history. */
import { messageOf } from '../core/thrown.ts';
import type { ContinuedMapInput, MapInput } from '../core/map/types.ts';
import type { RunContext } from '../core/run.ts';
import type { RunOptions } from '../core/run-options.ts';
import type { TaskSuccess } from '../core/task.ts';
import { FanfoldError } from '../errors.ts';
import type { Client } from '@temporalio/client';
import { inSpan, isTraced, type TraceCarrier } from '../core/spans.ts';
import { decodePayload } from '../store/references.ts';
import type { Kind } from './kind.ts';
import { inputWith, startOf } from './input.ts';
import { mapKind } from './kinds.ts';
import { whereAnswered } from './live-names.ts';
import { folderOf } from './map-pages.ts';
import { settledOf } from './settled.ts';
import type { RunSource } from './run-source.ts';
import type { RunView } from './run-view.ts';

export interface Redrive {
  readonly kind: Kind;
  readonly input: RunContext;
}

/**
 * With the tasks that were added to the run, and without what succeeded.
 *
 * @throws {FanfoldError} of type `RunOpen` while the run goes on, `InvalidInput` where it is of no kind that is known, or
 *   as {@link settledOf} does, since nothing may run again of which nobody knows whether it succeeded
 */
export async function redriveInput(source: RunSource, view: RunView, options: RunOptions = {}): Promise<Redrive> {
  const { temporal, kinds } = source;
  if (view.status === 'running')
    throw new FanfoldError('RunOpen', `Run '${view.runId}' still goes on; redrive it once it is over`);
  const kind = kinds.find(view.kind);
  if (!kind) throw new FanfoldError('InvalidInput', `Run '${view.runId}' is no run of fanfold but of '${view.kind}'`);
  const results = kind === mapKind ? [] : await settledOf(source, view);
  const whole = await inputWith(
    source,
    view,
    results.map(({ id }) => id),
  );
  // A run of its own shows ids of its own.
  const { idSalt: _salt, ...input } = whole as RunContext & { idSalt?: string };
  const all = { ...input.options, ...options };
  if (kind === mapKind) {
    const { state: _state, unitsPerExecution: _units, ...asked } = input as ContinuedMapInput;
    const earlier = await folderOf(temporal, view.runId);
    const settled = view.fanIn?.stoppedBy === 'allSettled' ? { earlierSettled: true } : {};
    return { kind, input: { ...asked, options: all, redriveOf: view.runId, earlier, ...settled } as MapInput };
  }
  const successes = results.filter((result): result is TaskSuccess => result.success);
  const known = Object.fromEntries(successes.map((result) => [result.id, result]));
  const said = Object.keys(kind.saidAtStart ?? {});
  // A person's word was for what that run made, not for what this one will make.
  const asked = Object.fromEntries(Object.entries(input).filter(([field]) => !said.includes(field)));
  const carried = await carriedBy(source, view.runId, kind.carried?.(input) ?? {});
  return { kind, input: { ...asked, ...carried, options: all, redriveOf: view.runId, known } };
}

/** What only the run itself knows: a worker is asked to replay. @throws {FanfoldError} of type `Unreachable` where none answers */
async function carriedBy(
  { temporal }: RunSource,
  runId: string,
  queries: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const carried: Record<string, unknown> = {};
  for (const [field, query] of Object.entries(queries)) {
    const asked = temporal.withDeadline(Date.now() + 10_000, () => temporal.workflow.getHandle(runId).query(query));
    const value = await whereAnswered(asked).catch((error: unknown) => {
      const message = `What a person made of run '${runId}' only a worker knows: ${messageOf(error)}`;
      throw new FanfoldError('Unreachable', message);
    });
    if (value !== undefined && value !== null) carried[field] = value;
  }
  return carried;
}

/** Begins it in a span that is linked to the trace of the run which is done again. */
export async function tracedRedrive<R>(client: Client, runId: string, start: () => Promise<R>): Promise<R> {
  if (!isTraced()) return start();
  // A run from before there was tracing has no trace, and a redrive is not refused for that.
  const link = await traceOf(client, runId).catch(() => undefined);
  return inSpan('redrive', { link, attributes: { 'fanfold.redrive_of': runId } }, start);
}

/** Where the SDK's interceptors put it. */
const header = '_tracer-data';

async function traceOf(client: Client, runId: string): Promise<TraceCarrier | undefined> {
  const payload = (await startOf(client, runId))?.header?.fields?.[header];
  return payload && decodePayload<TraceCarrier>(client.options.loadedDataConverter, payload);
}

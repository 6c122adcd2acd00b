/**
 * Which runs the server still has, and which others those refer to.
 * The surprising rule: a run may hold what lies under another's name, as a redrive or the parent of a failed child does.
 */
import type { Client } from '@temporalio/client';
import { ValueError, type LoadedDataConverter, type Payload } from '@temporalio/common';
import { given } from '../core/given.ts';
import { orMismatch } from './codecs.ts';
import { fromSegment, pages, payloads, toSegment } from './keys.ts';
import { referenceOf } from './references.ts';

const depth = 3;
/** The workflow of map runs, whose input names pages. */
const mapWorkflow = 'mapItems';

/** The kind, the namespace and the run of a key; undefined for a key of no run. */
export function groupOf(key: string): string | undefined {
  const parts = key.split('/');
  const ofRun = key.startsWith(payloads) || key.startsWith(pages);
  return ofRun && parts.length > depth ? parts.slice(0, depth).join('/') : undefined;
}

/** Whether the server has any execution of the id, open or closed. @throws what the server answers but that it has none */
export async function isKnown(client: Client, segment: string): Promise<boolean> {
  const run = fromSegment(segment);
  if ('start' in run) {
    for await (const { id } of executionsOf(client, `WorkflowId STARTS_WITH '${run.start}'`))
      if (toSegment(id) === segment) return true;
    return false;
  }
  try {
    const execution = { workflowId: run.id };
    await client.workflowService.describeWorkflowExecution({ namespace: client.options.namespace, execution });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** The groups that histories and schedules of the namespace name. */
export async function mentionedGroups(client: Client): Promise<Set<string>> {
  const found = new Set<string>();
  const note = async (message: unknown): Promise<void> => {
    for (const payload of payloadsIn(message)) {
      const text = await payloadText(client.options.loadedDataConverter, payload);
      for (const [key] of text.matchAll(/(?:payloads|runs)\/[^"\\\s]+/g)) {
        const group = groupOf(key) ?? groupOf(`${key}/`);
        if (group !== undefined) found.add(group);
      }
    }
  };
  const query = `TemporalExternalPayloadCount > 0 OR WorkflowType = '${mapWorkflow}'`;
  for await (const { id, runId } of executionsOf(client, query)) await note(await historyOf(client, id, runId));
  for await (const schedule of schedulesOf(client)) await note(schedule);
  return found;
}

/** None where the run has gone since it was listed. */
async function historyOf(client: Client, workflowId: string, runId: string): Promise<unknown> {
  try {
    return await client.workflow.getHandle(workflowId, runId).fetchHistory();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** As the server lists them, whatever their memos are encoded as. */
async function* executionsOf(client: Client, query: string): AsyncGenerator<{ id: string; runId: string }> {
  const { namespace } = client.options;
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.listWorkflowExecutions({
      namespace,
      query,
      pageSize: 1000,
      ...given({ nextPageToken }),
    });
    for (const { execution } of page.executions ?? [])
      yield { id: execution?.workflowId ?? '', runId: execution?.runId ?? '' };
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken);
}

async function* schedulesOf(client: Client): AsyncGenerator<unknown> {
  const { namespace } = client.options;
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.listSchedules({
      namespace,
      maximumPageSize: 100,
      ...given({ nextPageToken }),
    });
    for (const { scheduleId } of page.schedules ?? [])
      yield await client.workflowService.describeSchedule({ namespace, scheduleId: scheduleId ?? '' });
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken);
}

const grpcNotFound = 5;

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === grpcNotFound;
}

/** Wherever in a message of the server's they are. */
function* payloadsIn(message: unknown): Generator<Payload> {
  if (typeof message !== 'object' || message === null || message instanceof Uint8Array) return;
  if ('data' in message && message.data instanceof Uint8Array && 'metadata' in message) yield message as Payload;
  else for (const part of Object.values(message)) yield* payloadsIn(part);
}

/** What a converter of Temporal's makes. */
const readable = /^(json|binary)\/(plain|null|protobuf)$/;

/** A reference is never encoded; anything else is read as the client reads it. */
async function payloadText({ payloadCodecs }: LoadedDataConverter, payload: Payload): Promise<string> {
  if (referenceOf(payload)) return Buffer.from(payload.data ?? []).toString();
  let found = [payload];
  for (const codec of payloadCodecs.toReversed()) found = await codec.decode(found);
  const encoding = Buffer.from(found[0]?.metadata?.['encoding'] ?? []).toString();
  // What cannot be read may name anything, and in doubt nothing is deleted.
  if (!readable.test(encoding)) throw orMismatch(new ValueError(`Unknown encoding: ${encoding}`));
  return Buffer.from(found[0]?.data ?? []).toString();
}

/**
 * Which runs the server still has, and which others those refer to.
 * The surprising rule: a run may hold what lies under another's name, as a redrive or the parent of a failed child does.
 */
import type { Client } from '@temporalio/client';
import type { LoadedDataConverter, Payload } from '@temporalio/common';
import { given } from '../core/given.ts';
import { oneLine } from '../core/text/controls.ts';
import { messageOf } from '../core/thrown.ts';
import { describeExecution, executionsOf, isNoExecution } from './executions.ts';
import { fromSegment, pages, payloads, toSegment } from './keys.ts';
import { referenceOf, withoutCodecs } from './references.ts';

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
  return (await describeExecution(client, run.id)) !== undefined;
}

/** What may name objects of other runs, and cannot be read here. */
export interface UnreadableHistory {
  /** `run 'ID'` or `schedule 'ID'`. */
  readonly of: string;
  readonly problem: string;
}

interface Mentions {
  readonly groups: ReadonlySet<string>;
  readonly unreadable: readonly UnreadableHistory[];
}

/** The groups that histories and schedules of the namespace name, and those of them that may name any. */
export async function mentionedGroups(client: Client): Promise<Mentions> {
  const found = new Set<string>();
  const unreadable: UnreadableHistory[] = [];
  const note = async (of: string, message: unknown): Promise<void> => {
    for (const payload of payloadsIn(message)) {
      const { text, problem } = await payloadText(client.options.loadedDataConverter, payload);
      if (problem !== undefined) {
        unreadable.push({ of, problem });
        return;
      }
      for (const [key] of text.matchAll(/(?:payloads|runs)\/[^"\\\s]+/g)) {
        const group = groupOf(key) ?? groupOf(`${key}/`);
        if (group !== undefined) found.add(group);
      }
    }
  };
  const query = `TemporalExternalPayloadCount > 0 OR WorkflowType = '${mapWorkflow}'`;
  for await (const { id, execution } of executionsOf(client, query))
    await note(`run '${id}'`, await historyOf(client, id, execution?.runId ?? ''));
  for await (const { id, schedule } of schedulesOf(client)) await note(`schedule '${id}'`, schedule);
  return { groups: found, unreadable };
}

/** None where the run has gone since it was listed. */
async function historyOf(client: Client, workflowId: string, runId: string): Promise<unknown> {
  try {
    return await client.workflow.getHandle(workflowId, runId).fetchHistory();
  } catch (error) {
    if (isNoExecution(error)) return undefined;
    throw error;
  }
}

async function* schedulesOf(client: Client): AsyncGenerator<{ id: string; schedule: unknown }> {
  const { namespace } = client.options;
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.listSchedules({
      namespace,
      maximumPageSize: 100,
      ...given({ nextPageToken }),
    });
    for (const { scheduleId } of page.schedules ?? []) {
      const id = scheduleId ?? '';
      yield { id, schedule: await client.workflowService.describeSchedule({ namespace, scheduleId: id }) };
    }
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken);
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
async function payloadText(
  converter: LoadedDataConverter,
  payload: Payload,
): Promise<{ text: string; problem?: string }> {
  if (referenceOf(payload)) return { text: Buffer.from(payload.data ?? []).toString() };
  let plain: Payload | undefined;
  try {
    plain = await withoutCodecs(converter, payload);
  } catch (error) {
    return { text: '', problem: `a payload codec of this process failed: ${oneLine(messageOf(error), 300)}` };
  }
  const encoding = Buffer.from(plain?.metadata?.['encoding'] ?? []).toString();
  // What cannot be read may name anything, and in doubt nothing is deleted.
  if (!readable.test(encoding))
    return { text: '', problem: `its encoding '${oneLine(encoding, 100)}' is not known here` };
  return { text: Buffer.from(plain?.data ?? []).toString() };
}

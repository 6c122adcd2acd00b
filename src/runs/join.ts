/** What a start finds under its id: the same run, which it joins, or another one, which is a conflict. */
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { FanfoldError } from '../errors.ts';
import type { Kind } from './kind.ts';
import { stillAnswering, type ThreadMessage } from './thread.ts';

/**
 * A run that was started, or was there under the same id.
 *
 * @example const { runId, created }: Started = await client.start('research', { question });
 */
export interface Started {
  readonly runId: string;
  /** False where the id was taken, and the run is the earlier one. */
  readonly created: boolean;
  /** Where the run was there and began with other options than these, which change nothing of it. */
  readonly otherOptions?: true;
}

/** What tells a run from another one of its id. */
export interface Noted {
  readonly input: string;
  /** Of the file that its items are in. */
  readonly content?: string | undefined;
  /** How it goes about it, which makes it no other run; undefined where nothing was said of it. */
  readonly options?: string | undefined;
}

/** The run that has the id, where it is this one; what it names may have been open when it began. @throws `why` where there is none */
export async function joinOrThrow(
  client: Client,
  kind: Pick<Kind, 'name' | 'workflow'>,
  id: string,
  noted: Noted,
  why: Error,
  thread: ThreadMessage | undefined,
): Promise<Started> {
  // What has its id is the message before.
  if (thread) throw why instanceof WorkflowExecutionAlreadyStartedError ? stillAnswering(id) : why;
  const memo = await memoOfSame(client, kind, id, noted).catch((error: unknown) => {
    throw error instanceof WorkflowNotFoundError ? why : error;
  });
  return joined(id, memo, noted.options);
}

/** The run that is there. @param options as {@link Noted} has them */
export function joined(id: string, memo: Record<string, unknown> = {}, options?: string): Started {
  const began = memo['fanfold.options'];
  const isOther = options !== undefined && typeof began === 'string' && began !== options;
  return { runId: id, created: false, ...(isOther ? { otherOptions: true } : {}) };
}

/** What is noted with the run. @throws {FanfoldError} of type `RunConflict` where the run that has the id is not the one that is asked for */
async function memoOfSame(
  client: Client,
  kind: Pick<Kind, 'name' | 'workflow'>,
  id: string,
  wanted: Noted,
): Promise<Record<string, unknown>> {
  const { type, memo = {} } = await client.workflow.getHandle(id).describe();
  // Runs of earlier versions have not noted their input; they are joined as ever.
  const noted = memo['fanfold.input'];
  const isOther = typeof noted === 'string' && noted !== wanted.input;
  if (type === kind.workflow && !isOther) {
    assertContent(id, memo, wanted.content);
    return memo;
  }
  const what = type === kind.workflow ? 'another input' : `another kind (${type}, not '${kind.name}')`;
  throw new FanfoldError('RunConflict', `The id '${id}' is that of a run of ${what}; take another id, or none`, 'id');
}

/**
 * @param content undefined where whoever asks cannot see the items
 * @throws {FanfoldError} of type `RunConflict` where the run began with other items
 */
export function assertContent(
  id: string,
  memo: Record<string, unknown> | undefined,
  content: string | undefined,
): void {
  const noted = memo?.['fanfold.items'];
  if (typeof noted !== 'string' || content === undefined || noted === content) return;
  const message = `Run '${id}' began with other items than there are now: their file has changed since; take another id, or none`;
  throw new FanfoldError('RunConflict', message, 'id');
}

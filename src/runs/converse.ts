/**
 * Conversations: a thread is an id whose runs follow one another, each asked with what was said before it.
 * A message to a thread whose run has asked back is the answer to it.
 */
import type { RunContext } from '../core/run.ts';
import { FanfoldError } from '../errors.ts';
import { asInvalidOptions } from './check-given.ts';
import { readInput } from './input.ts';
import type { Kind } from './kind.ts';
import type { Started } from './join.ts';
import { messageMemo, stillAnswering, type ThreadMessage } from './thread.ts';
import type { RunView } from './run-view.ts';
import { ifThere } from './view.ts';
import type { RunSource } from './run-source.ts';

/** What a conversation needs of the client. */
export interface Speaker extends RunSource {
  get(runId: string): Promise<RunView>;
  say(runId: string, word: string, body: object): Promise<unknown>;
}

/**
 * Says a message in a thread: the answer to what its run has asked back, or the start of the next one.
 *
 * @param begin starts the next run under the thread's id
 * @throws {FanfoldError} of type `Refused` while the last message is being answered, `RunConflict` where the id is that of
 *   another conversation or of no conversation
 */
export async function converse<I extends RunContext>(
  client: Speaker,
  thread: string,
  kind: Kind<I>,
  input: I,
  { messageId, begin }: ThreadMessage & { readonly begin: (input: I) => Promise<Started> },
): Promise<Started> {
  const { conversation } = kind;
  if (!conversation) throw new FanfoldError('InvalidInput', `Runs of kind '${kind.name}' are no conversation`, 'kind');
  const view = await ifThere(client.get(thread));
  if (!view) return begin(input);
  if (client.kinds.find(view.kind)?.workflow !== kind.workflow)
    throw new FanfoldError('RunConflict', `The id '${thread}' is that of a run of kind '${view.kind}'`, 'id');
  const last = (await readInput(client.temporal, thread)) as I;
  // Of a run that goes on it only says whether the message belongs to its conversation.
  const next = asInvalidOptions(() => conversation.next(input, last, view.answer));
  if (messageId !== undefined && (await newestMessage(client, thread)) === messageId)
    return { runId: thread, created: false };
  if (view.status !== 'running') return begin(next);
  if (view.unanswered) {
    const message = `Whether the run of '${thread}' waits for this message is not known: ${view.unanswered.message}`;
    throw new FanfoldError('Unreachable', message);
  }
  if (!view.approvals?.some(({ question }) => question !== undefined)) throw stillAnswering(thread);
  await client.say(thread, conversation.reply, conversation.body(input));
  return { runId: thread, created: false };
}

/** Which message the thread's newest run was begun by. */
async function newestMessage({ temporal }: Speaker, thread: string): Promise<unknown> {
  return (await temporal.workflow.getHandle(thread).describe()).memo?.[messageMemo];
}

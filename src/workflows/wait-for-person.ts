/** A wait for a person: its timer is named by it, it stands first in the details of the Web UI, and the run is found by it. */
import { condition, patched, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { waitingAttribute } from '../core/end-attributes.ts';
import { oneLine } from '../core/text/controls.ts';
import { markdownText } from '../core/text/markup.ts';
import { span } from '../core/text/span.ts';
import { showHeading } from './details.ts';

const longest = 200;

/**
 * Waits until a person has spoken, as long as that may take.
 *
 * @param isSaid whether somebody has, by what an Update of the workflow has noted
 * @param milliseconds how long it waits at most
 * @param what as it is read in Temporal's Web UI, where the time is added
 * @returns whether somebody did in time
 * @example
 * const isInTime = await waitForPerson(() => signature !== undefined, milliseconds('7 days'), 'waits for the report to be signed');
 */
export async function waitForPerson(isSaid: () => boolean, milliseconds: number, what: string): Promise<boolean> {
  const summary = oneLine(`${what}, ${span(milliseconds)}`, longest);
  const until = new Date(Date.now() + milliseconds).toISOString().slice(0, 16).replace('T', ' ');
  showHeading(`**${markdownText(summary, longest)}** (until ${until} UTC)`);
  noteWaiting(true);
  try {
    return await condition(isSaid, milliseconds, { summary });
  } finally {
    showHeading('');
    noteWaiting(false);
  }
}

/** A workflow sees by its own attributes whether its namespace has this one, as it is there from the start. */
function noteWaiting(waits: boolean): void {
  const { name } = waitingAttribute;
  const isThere = workflowInfo()
    .typedSearchAttributes.getAll()
    .some(({ key }) => key.name === name);
  // A worker of before wrote nothing there.
  if (isThere && patched('fanfold: a run notes that it waits for a person'))
    upsertSearchAttributes([{ key: { name, type: 'BOOL' }, value: waits }]);
}

/** A wait for a person: its timer is named by it, it stands first in the details of the Web UI, and the run is found by it. */
import { condition, patched, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { waitingAttribute } from '../core/end-attributes.ts';
import { oneLine } from '../core/text/controls.ts';
import { markdownText } from '../core/text/markup.ts';
import { minuteOf, span } from '../core/text/span.ts';
import { showHeading } from './details.ts';

const longest = 200;

/** What the workflow waits for now, the first of it first; a workflow's module state is its own. */
const waits = new Set<{ readonly heading: string }>();

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
  const until = minuteOf(Date.now() + milliseconds);
  const wait = { heading: `**${markdownText(summary, longest)}** (until ${until} UTC)` };
  change(() => waits.add(wait));
  try {
    return await condition(isSaid, milliseconds, { summary });
  } finally {
    change(() => waits.delete(wait));
  }
}

/** Several may wait side by side: the run waits until the last of them does not. */
function change(apply: () => void): void {
  const before = waits.size;
  apply();
  const [first] = waits;
  const more = waits.size > 1 ? ` and ${waits.size - 1} more` : '';
  showHeading(first ? first.heading + more : '');
  if (before === 0 || waits.size === 0) noteWaiting(waits.size > 0);
}

/** A workflow sees by its own attributes whether its namespace has this one, as it is there from the start. */
function noteWaiting(isWaiting: boolean): void {
  const { name } = waitingAttribute;
  const isThere = workflowInfo()
    .typedSearchAttributes.getAll()
    .some(({ key }) => key.name === name);
  // A worker of before wrote nothing there.
  if (isThere && patched('fanfold: a run notes that it waits for a person'))
    upsertSearchAttributes([{ key: { name, type: 'BOOL' }, value: isWaiting }]);
}

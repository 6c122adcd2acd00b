/** What of a run waits for a person, and how to answer. */
import { minuteOf } from '../core/text/span.ts';
import type { PendingApproval } from '../runs/kind.ts';
import { shellWord, wrap, type Paint } from './text.ts';

/** What waits for a person, and how to answer. */
export function approvalsText(
  runId: string,
  approvals: readonly PendingApproval[],
  { width, paint, callOf }: { readonly width: number; readonly paint: Paint; callOf(command: string): string },
): string {
  return approvals
    .map(({ callId, tool, input, until, question }) => {
      const what = wrap(`${tool} ${JSON.stringify(input)}`, width, '  ');
      const command = callOf(`approve ${shellWord(runId)} ${shellWord(callId)}`);
      const end = minuteOf(until);
      if (question !== undefined) {
        const asked = [paint('bold', `Asks back, and waits until ${end} UTC:`), wrap(question, width, '  ')];
        return [...asked, `  Answer:   ${callOf(`reply ${shellWord(runId)} "..."`)}`].join('\n');
      }
      return [
        paint('bold', `Waits for a person until ${end} UTC:`),
        what,
        `  Approve:  ${command}`,
        `  Reject:   ${command} --reject --reason "..."`,
      ].join('\n');
    })
    .join('\n\n');
}

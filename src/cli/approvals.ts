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
      const what = askedText(tool, input, width);
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

/** A list of texts, such as the questions of a plan, is read line by line; anything else as the JSON that it is. */
function askedText(tool: string, input: unknown, width: number): string {
  const parts: unknown[] = typeof input === 'object' && input !== null ? Object.values(input) : [];
  const [list] = parts;
  const isList = parts.length === 1 && Array.isArray(list) && list.length > 0;
  if (!isList || !list.every((each) => typeof each === 'string')) {
    return wrap(`${tool} ${JSON.stringify(input)}`, width, '  ');
  }
  return [`  ${tool}:`, ...list.map((each) => `  ${wrap(`- ${each}`, width - 2, '    ').trimStart()}`)].join('\n');
}

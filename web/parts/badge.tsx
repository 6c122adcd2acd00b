/** How a run or a task stands: a mark, a colour and a word, so that none of them has to be seen alone. */
import type { PartialOutcome } from '../../src/core/outcome-memo.ts';
import { count } from '../format.ts';
import type { Standing } from './standing.ts';

const marks: Record<Standing, readonly [mark: string, text: string]> = {
  completed: ['✓', 'completed'],
  partial: ['◐', 'completed in part'],
  failed: ['✗', 'failed'],
  cancelled: ['⊘', 'cancelled'],
  running: ['▸', 'running'],
  stuck: ['!', 'stuck'],
  asks: ['?', 'waiting for a person'],
  cut: ['⊘', 'stopped early'],
  lost: ['?', 'result lost'],
  waiting: ['◷', 'waiting'],
  queued: ['·', 'queued'],
  unstarted: ['–', 'never started'],
  succeeded: ['✓', 'succeeded'],
};

/** `completed, 5 of 11 failed` */
export function partialText({ failed, total }: PartialOutcome): string {
  return `completed, ${count(failed)} of ${count(total)} failed`;
}

export function standingText(standing: Standing): string {
  return marks[standing][1];
}

interface BadgeProps {
  readonly of: Standing;
  readonly short?: boolean;
  /** Said instead of the usual word, where more is known. */
  readonly says?: string | undefined;
}

export function Badge({ of, short = false, says }: BadgeProps) {
  const [mark, usual] = marks[of];
  const text = says ?? usual;
  return (
    <span class={`badge ${of}`} {...(short ? { role: 'img', 'aria-label': text, title: text } : {})}>
      <span aria-hidden={!short}>{mark}</span>
      {short ? undefined : <span>{text}</span>}
    </span>
  );
}

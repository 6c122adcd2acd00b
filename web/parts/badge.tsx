/** How a run or a task stands: a mark, a colour and a word, so that none of them has to be seen alone. */
import type { RunStatus } from '../../src/runs/run-view.ts';
import type { RowState } from '../run/rows.ts';

/** `partial`: it completed, and not every task succeeded. */
export type Standing = RunStatus | 'partial' | 'stuck' | RowState;

const marks: Record<Standing, readonly [mark: string, text: string]> = {
  completed: ['✓', 'completed'],
  partial: ['◐', 'completed in part'],
  failed: ['✗', 'failed'],
  cancelled: ['⊘', 'cancelled'],
  running: ['▸', 'running'],
  stuck: ['!', 'stuck'],
  cut: ['⊘', 'cut'],
  lost: ['?', 'result lost'],
  waiting: ['◷', 'waiting'],
  queued: ['·', 'queued'],
  unstarted: ['–', 'never started'],
  succeeded: ['✓', 'succeeded'],
};

export function standingText(standing: Standing): string {
  return marks[standing][1];
}

export function Badge({ of, short = false }: { readonly of: Standing; readonly short?: boolean }) {
  const [mark, text] = marks[of];
  return (
    <span class={`badge ${of}`} {...(short ? { role: 'img', 'aria-label': text, title: text } : {})}>
      <span aria-hidden={!short}>{mark}</span>
      {short ? undefined : <span>{text}</span>}
    </span>
  );
}

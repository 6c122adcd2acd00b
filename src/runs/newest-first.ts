/**
 * Executions by when they started, the newest first: the server lists those that go on before all others, and these by when
 * they ended, and knows no other order. So they are asked for by spans of time, each short enough to be sorted here.
 */
import type { Client } from '@temporalio/client';
import { executionsOf, type ExecutionInfo } from '../store/executions.ts';
import { millisecondsOf } from './timestamp.ts';

type Execution = ExecutionInfo & { readonly id: string };

const firstSpanMs = 3_600_000;
/** Of a span; one with more is asked for in shorter ones. */
const mostInSpan = 1000;
/** The last moment that the server can compare with: what it keeps are nanoseconds in 64 bits. */
const lastMoment = Date.UTC(2262, 0, 1);

/** @param before only those that had started by then, in milliseconds since the Unix epoch */
export async function* newestFirst(client: Client, query: string, before?: number): AsyncGenerator<Execution> {
  // The millisecond after, since a moment of the server is finer than ours.
  let end = before === undefined ? undefined : known(before + 1);
  for (let span = firstSpanMs; ;) {
    const from = Math.max(0, Math.min(end ?? Infinity, Date.now()) - span);
    const within = `${query} AND StartTime >= '${moment(from)}'${end === undefined ? '' : ` AND StartTime < '${moment(end)}'`}`;
    const count = await countOf(client, within);
    if (count > mostInSpan && span > 1) {
      span = Math.max(1, Math.trunc(span / 8));
      continue;
    }
    if (count > 0) {
      const found: Execution[] = [];
      for await (const each of executionsOf(client, within)) found.push(each);
      yield* found.toSorted(byStart);
    }
    if (from === 0 || (await countOf(client, `${query} AND StartTime < '${moment(from)}'`)) === 0) return;
    end = from;
    if (count * 4 < mostInSpan) span *= 4;
  }
}

/** Beyond what the server knows is before or after every run. */
function known(at: number): number {
  return Math.min(Math.max(0, Math.trunc(at)), lastMoment);
}

/** As the server compares with it. @param at milliseconds since the Unix epoch */
export function moment(at: number): string {
  return new Date(known(at)).toISOString();
}

async function countOf(client: Client, query: string): Promise<number> {
  const { namespace } = client.options;
  const { count } = await client.workflowService.countWorkflowExecutions({ namespace, query });
  return Number(count ?? 0);
}

function byStart({ startTime: one, id: oneId }: Execution, { startTime: other, id: otherId }: Execution): number {
  const [a, b] = [millisecondsOf(one) ?? 0, millisecondsOf(other) ?? 0];
  if (a !== b) return b - a;
  return (other?.nanos ?? 0) - (one?.nanos ?? 0) || (oneId < otherId ? -1 : 1);
}

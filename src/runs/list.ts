/** The runs that there are, without their outcome. */
import { FanfoldError } from '../errors.ts';
import { orMismatch } from '../store/codecs.ts';
import type { RunSource } from './run-source.ts';
import { baseOf } from './view.ts';
import { isOfKinds } from './visibility.ts';
import type { RunSummary } from './run-view.ts';

/** Which runs are listed. @default all of the kinds that are known */
export interface RunFilter {
  /** Only those of this tenant. */
  readonly tenant?: string | undefined;
  /** Only those that had started by then, in milliseconds since the Unix epoch. */
  readonly before?: number | undefined;
}

/** The server answers at most a thousand at a time; of those of one tenant it has to be asked for more than are wanted. */
const widePage = 1000;

/** The last moment that the server can compare with: what it keeps are nanoseconds in 64 bits. */
const lastMoment = Date.UTC(2262, 0, 1);

/** The millisecond after, since a moment of the server is finer than ours; one beyond what it knows is before or after every run. */
function momentAfter(at: number): string {
  if (Number.isNaN(at)) {
    throw new FanfoldError('InvalidOptionsError', '`before` is milliseconds since the Unix epoch, not NaN', 'before');
  }
  return new Date(Math.min(Math.max(0, at + 1), lastMoment)).toISOString();
}

/** Runs of fanfold's kinds, newest first. @throws {FanfoldError} of type `CodecMismatch` where one of them is encoded, or `InvalidOptionsError` */
export async function* listRuns(
  { temporal, kinds }: RunSource,
  limit: number,
  { tenant, before }: RunFilter = {},
): AsyncGenerator<RunSummary> {
  const query = `${isOfKinds(kinds)}${before === undefined ? '' : ` AND StartTime < '${momentAfter(before)}'`}`;
  let count = 0;
  try {
    for await (const each of temporal.workflow.list({ query, pageSize: tenant === undefined ? limit : widePage })) {
      if (count >= limit) return;
      const view = baseOf(each, kinds);
      if (tenant !== undefined && view.tenant !== tenant) continue;
      count++;
      yield view;
    }
  } catch (error) {
    throw orMismatch(error);
  }
}

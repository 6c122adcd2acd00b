/** The runs that there are, without their outcome. */
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

/** Runs of fanfold's kinds, newest first. @throws {FanfoldError} of type `CodecMismatch` where one of them is encoded */
export async function* listRuns(
  { temporal, kinds }: RunSource,
  limit: number,
  { tenant, before }: RunFilter = {},
): AsyncGenerator<RunSummary> {
  // A moment of the server is finer than ours.
  const by = before === undefined ? '' : ` AND StartTime < '${new Date(before + 1).toISOString()}'`;
  const query = `${isOfKinds(kinds)}${by}`;
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

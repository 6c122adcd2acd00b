/** What `dev`, `worker` and `serve` do about runs that cannot go on: as the flags say, the environment, or what is usual. */
import { InvalidArgumentError, type Command } from 'commander';
import { readConfig } from '../config.ts';
import { FanfoldError } from '../errors.ts';
import type { EndStuckOptions } from '../runs/end-stuck.ts';

export interface EndStuckFlags {
  /** Attempts, or `never`. */
  readonly endStuckAfter?: number | 'never';
  readonly endAnyStuck?: true;
}

/** One attempt may fail for any reason, as where its worker was replaced. */
const leastAttempts = 3;
/** Where nobody asks for another: with the server's pauses between them, a quarter of an hour and more. */
export const usualAttempts = 10;

export function addEndStuckOptions(command: Command): Command {
  return command
    .option(
      '--end-stuck-after <attempts>',
      'end a run whose workflow task has timed out so often, or `never` (FANFOLD_END_STUCK_AFTER)',
      attemptsOf,
    )
    .option('--end-any-stuck', 'also one whose workflow task fails in time, which a deploy or a setting may mend');
}

/** @param usual where neither says anything @returns undefined where none is ended @throws {FanfoldError} of type `InvalidInput` */
export function endStuckOptions(
  { endStuckAfter, endAnyStuck }: EndStuckFlags,
  usual: number | 'never',
  config: Pick<ReturnType<typeof readConfig>, 'endStuckAfter' | 'endAnyStuck'> = readConfig(),
): EndStuckOptions | undefined {
  const after = endStuckAfter ?? ofEnvironment(config.endStuckAfter) ?? usual;
  return after === 'never' ? undefined : { after, any: endAnyStuck ?? config.endAnyStuck };
}

function ofEnvironment(text: string | undefined): number | 'never' | undefined {
  try {
    return text === undefined ? undefined : attemptsOf(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new FanfoldError('InvalidInput', `FANFOLD_END_STUCK_AFTER is '${text?.slice(0, 50)}'. ${error.message}`);
  }
}

function attemptsOf(text: string): number | 'never' {
  if (text === 'never') return text;
  const attempts = Number(text);
  if (Number.isInteger(attempts) && attempts >= leastAttempts && attempts <= 1e6) return attempts;
  throw new InvalidArgumentError(`It must be 'never' or a whole number from ${leastAttempts} on.`);
}

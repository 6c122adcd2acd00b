/** Activities that do nothing useful, for trying a run, for the benchmark and for crash tests. */
import { appendFile } from 'node:fs/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';

export interface WaitInput {
  /** Milliseconds to wait before answering. */
  readonly ms: number;
  /** Fail instead of answering, with this message. */
  readonly fail?: string;
  /** How many attempts fail before one answers. */
  readonly failures?: number;
  /** A file that gets a line at each start and each end, to count what ran. */
  readonly journal?: string;
  readonly value?: unknown;
}

export function createDemoActivities() {
  return {
    /** Answers its input at once. */
    async echo(input: unknown): Promise<unknown> {
      return input;
    },
    /** Waits, then answers or fails as told; heeds a cancel. */
    async wait(input: WaitInput): Promise<unknown> {
      const { info } = Context.current();
      const note = async (what: string): Promise<void> => {
        if (input.journal !== undefined)
          await appendFile(input.journal, `${what} ${info.activityId} ${info.attempt}\n`);
      };
      await note('start');
      await Context.current().sleep(input.ms);
      if (input.fail !== undefined) throw ApplicationFailure.nonRetryable(input.fail, 'DemoFailure');
      if (info.attempt <= (input.failures ?? 0)) throw ApplicationFailure.retryable('not yet', 'DemoFailure');
      await note('end');
      return input.value ?? info.activityId;
    },
  };
}

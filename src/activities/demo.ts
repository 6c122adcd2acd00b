/**
 * Activities that do nothing useful, for trying a run, for the benchmark and for crash tests.
 * The surprising rule: a journal is kept only below the folder that the worker's own FANFOLD_JOURNALS names, since
 * whoever may start a run must not thereby write to the worker's files.
 */
import { appendFile } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Part } from '../runs/part.ts';

export interface WaitInput {
  /** Milliseconds to wait before answering. */
  readonly ms: number;
  /** Fail instead of answering, with this message. */
  readonly fail?: string;
  /** How many attempts fail before one answers. */
  readonly failures?: number;
  /** A file below `FANFOLD_JOURNALS` that gets a line at each start and each end, with the task, its attempt and the time. */
  readonly journal?: string;
  readonly value?: unknown;
}

/**
 * For trials and tests; no worker in production needs it.
 *
 * @example const worker = await createWorker({ connection, parts: [demoPart()] });
 */
export function demoPart(): Part {
  return { activities: createDemoActivities(), open: ['echo', 'wait'] };
}

export function createDemoActivities() {
  return {
    /** Answers its input at once. */
    async echo(input: unknown): Promise<unknown> {
      return input;
    },
    /** Waits, then answers or fails as asked; heeds a cancel. */
    async wait(input: WaitInput): Promise<unknown> {
      const { info } = Context.current();
      const journal = input.journal === undefined ? undefined : journalOf(input.journal);
      const note = async (what: string): Promise<void> => {
        if (journal !== undefined)
          await appendFile(journal, `${what} ${info.activityId} ${info.attempt} ${Date.now()}\n`);
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

/** @throws {ApplicationFailure} of type `JournalRefused` for a file that the worker did not allow */
function journalOf(path: string): string {
  const folder = process.env['FANFOLD_JOURNALS'];
  const journal = resolve(path);
  if (folder && journal.startsWith(resolve(folder) + sep)) return journal;
  throw ApplicationFailure.nonRetryable(
    'This worker keeps no journal there; FANFOLD_JOURNALS in its environment names the folder where it would',
    'JournalRefused',
  );
}

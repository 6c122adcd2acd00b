/** What a command ends with, where that is told by how its run ended. */
import { describe, expect, it } from 'vitest';
import { codeOf, exitCodes } from '../../src/cli/exit.ts';

const run = { runId: 'a', kind: 'review', startedAt: 0, closedAt: 1 } as const;
const failed = (type: string) => codeOf({ ...run, status: 'failed', error: { type, message: 'no' } });

describe('the exit code of a run', () => {
  it('says that the command was used wrongly where what was asked is nothing that a run can do', () => {
    for (const type of ['InvalidInput', 'InvalidOptionsError', 'UnknownAgent'])
      expect(failed(type), type).toBe(exitCodes.wrongUse);
  });

  it('says that it failed where it could have been done', () => {
    for (const type of ['InsufficientResultsError', 'TaskFailedError', 'GitFailed', 'Terminated'])
      expect(failed(type), type).toBe(exitCodes.failed);
    expect(codeOf({ ...run, status: 'running' })).toBe(exitCodes.done);
  });
});

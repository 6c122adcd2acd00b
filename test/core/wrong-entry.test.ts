/** Each entry says which one is meant where it is used in the wrong place. */
import { expect, test } from 'vitest';
import { asCompleted, gather, group } from '../../src/workflow.ts';

test.each(['gather', 'group', 'asCompleted'] as const)(
  '%s of a workflow says outside one which is meant',
  async (verb) => {
    const work = async (): Promise<number> => 1;
    const verbs = {
      gather: () => gather([1], work),
      group: () => group([1], work),
      asCompleted: () => asCompleted([1], work).next(),
    };
    await expect(async () => verbs[verb]()).rejects.toThrow(/Outside a workflow.*'fanfold'/);
  },
);

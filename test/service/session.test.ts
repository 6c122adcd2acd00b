/** A command and the worker that it brought itself: when that ends, the command says so and does not wait for ever. */
import { describe, expect, inject, it } from 'vitest';
import { useEquipment } from '../../src/cli/equipment.ts';
import { report } from '../../src/cli/exit.ts';
import { Session } from '../../src/cli/session.ts';

/** A session whose workers run as long as they are told to. */
function sessionOf(run: () => Promise<void>): Session {
  const worker = { run, getState: () => 'STOPPED', shutdown: () => {} };
  useEquipment({ faces: [], createWorker: async () => worker } as never);
  const server = {
    address: inject('temporal').address,
    namespace: 'default',
    embedded: false,
    release: async () => {},
  };
  const temporal = { options: { namespace: 'default' } };
  const client = { taskQueue: 'nobody', temporal, servedBy: () => {}, close: async () => {} };
  return new Session(client as never, server, []);
}

describe('a worker of the command itself', () => {
  it('that ends ends the waiting for it, with the reason and exit code 3', async () => {
    for (const [run, reason] of [
      [() => Promise.reject(new Error('Unable to start the isolate')), 'Unable to start the isolate'],
      [() => Promise.resolve(), 'it was told to stop'],
    ] as const) {
      const session = sessionOf(run);
      await session.startWorker('runs');
      for (const served of ['runs', 'questions'] as const) {
        const error: unknown = await session.needWorker(served).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({
          type: 'Unreachable',
          message: `The worker of this command has ended: ${reason}`,
        });
        expect(await report(error, { json: false, runId: 'a-run' })).toBe(3);
      }
      await session.close();
    }
  });

  it('that goes on is enough', async () => {
    let end = (): void => {};
    const session = sessionOf(() => new Promise((resolve) => (end = resolve)));
    await session.startWorker('runs');
    await session.needWorker('runs');
    await session.needWorker('questions');
    end();
    await session.close();
  });
});

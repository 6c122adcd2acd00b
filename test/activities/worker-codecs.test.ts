/** Activities that were made without knowing their worker write nothing in clear where the worker has codecs. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { createActivities } from '../../src/activities.ts';
import type { FileRead } from '../../src/agents/reconcile/pure/types.ts';
import { clearIn, encrypting } from '../support/codec.ts';

const secret = 'Heron Paper Mill 4711';
const content = `date,amount,currency,reference\n2026-03-01,1,EUR,${secret}\n`;

function workerWith(payloadCodecs: PayloadCodec[]): MockActivityEnvironment {
  const client = new Client({ connection: Connection.lazy(), dataConverter: { payloadCodecs } });
  return new MockActivityEnvironment({}, { client });
}

test('lines of a statement pass through the codecs of the plain worker that reads them', async () => {
  const home = await mkdtemp(join(tmpdir(), 'fanfold-worker-codecs-'));
  const { readFinancialFile, comparePartition } = createActivities({ home, limits: {} });
  const worker = workerWith([encrypting()]);
  const read = { file: { name: 'ledger.csv', content }, role: 'ledger' } as const;
  const { chunks } = await worker.run<[typeof read], FileRead, typeof readFinancialFile>(readFinancialFile, read);
  expect(clearIn(home, [secret])).toEqual([]);
  const ledger = chunks.map(({ stored }) => stored);
  const partition = { id: 'p', account: '', currency: 'EUR', ledger, statement: [] };
  const rule = { windowDays: 3, lateDays: 10, maxLines: 5 };
  const compared = await worker.run(comparePartition, { partition, rule, round: 'rest' } as const);
  expect(compared).toMatchObject({ matched: 0, left: 0 });
  expect(clearIn(home, [secret])).toEqual([]);
  // A worker that has none reads none of it, and one that never had any writes as ever.
  const other = workerWith([]);
  await expect(other.run(comparePartition, { partition, rule, round: 'rest' } as const)).rejects.toMatchObject({
    type: 'CodecMismatch',
  });
  await other.run(readFinancialFile, read);
  expect(clearIn(home, [secret])).not.toEqual([]);
});

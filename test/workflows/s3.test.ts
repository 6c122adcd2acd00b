import { randomUUID } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { ExternalStorage } from '@temporalio/common';
import { S3StorageDriver, type S3StorageDriverClient } from '@temporalio/external-storage-s3';
import { afterAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { openExternalStorage } from '../../src/store/payloads.ts';
import { keepsTheContract } from '../store/contract.ts';
import { stage } from '../support/temporal.ts';
import { startS3, type S3Server } from '../support/s3.ts';
import { passesLargePayloads } from './large-payloads.ts';

const [s3, why] = await startS3();
afterAll(() => s3?.stop());

describe.skipIf(s3 === undefined)(`a store in a bucket ${why}`, () => {
  const { environment, client } = s3 as S3Server;
  const store = () => openStore('/nowhere', environment);
  keepsTheContract(store);

  test('keeps to its prefix', async () => {
    const key = `own/${randomUUID()}`;
    await store().put(key, new Uint8Array(1));
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: 'fanfold', Prefix: 'some/prefix/own/' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual([`some/prefix/${key}`]);
  });

  test('tells which bucket and key it could not reach, and why', async () => {
    const elsewhere = openStore('/nowhere', { ...environment, FANFOLD_STORE: 's3://nobody-has-this/a' });
    await expect(elsewhere.put('k', new Uint8Array(1))).rejects.toThrow(
      /s3:\/\/nobody-has-this\/a could not put 'k' \(NoSuchBucket/,
    );
    await expect(elsewhere.get('k')).rejects.toThrow(/could not get 'k' \(NoSuchBucket/);
    const nowhere = openStore('/nowhere', { ...environment, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
    await expect(nowhere.get('k')).rejects.toThrow(/could not get 'k' \(.*ECONNREFUSED/);
  });
});

describe.skipIf(s3 === undefined)('runs over a bucket', () => {
  passesLargePayloads(
    () => openExternalStorage({ environment: s3?.environment ?? {} }),
    () => openStore('/nowhere', s3?.environment),
  );
});

describe.skipIf(s3 === undefined)('a driver of somebody else', () => {
  const on = stage(
    { large: async (length: number) => 'x'.repeat(length) },
    () => new ExternalStorage({ drivers: [published()] }),
  );
  const published = () => new S3StorageDriver({ client: requests(s3 as S3Server), bucket: 'fanfold' });

  test('is taken as well, and redrive reads through it: here Temporal’s own for S3', async () => {
    const [x, y] = ['x'.repeat(5_000_000), 'y'.repeat(2_500_000)];
    const tasks = [
      { id: 'a', activity: 'large', input: x.length },
      { id: 'b', activity: 'echo', input: y },
    ];
    const { runId, fanIn } = await on.fanfold.run('tasks', { tasks });
    expect(fanIn?.mergedResults).toEqual([x, y]);
    const again = await on.fanfold.redrive(runId);
    expect((await on.fanfold.result(again.runId)).fanIn?.successCount).toBe(2);
    const listed = await s3?.client.send(new ListObjectsV2Command({ Bucket: 'fanfold', Prefix: 'v0/ns/default/' }));
    expect(listed?.Contents?.length).toBeGreaterThan(2);
  });
});

function requests({ client }: S3Server): S3StorageDriverClient {
  return {
    async putObject(Bucket, Key, Body) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
    async objectExists(Bucket, Key) {
      return client.send(new HeadObjectCommand({ Bucket, Key })).then(
        () => true,
        () => false,
      );
    },
    async getObject(Bucket, Key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    },
  };
}

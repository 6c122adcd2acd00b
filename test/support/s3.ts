/** A server that speaks the protocol of S3, in memory, with one bucket; each test file has its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { pythonWith } from './python.ts';

export interface S3Server {
  /** What a process needs to reach it. */
  readonly environment: Readonly<Record<string, string>>;
  /** For the bucket `fanfold`. */
  readonly client: S3Client;
  stop(): Promise<void>;
}

/** Undefined, and in words why, where Python or its packages cannot be had. */
export async function startS3(): Promise<[server: S3Server | undefined, why: string]> {
  const [bin, why] = await pythonWith('moto[s3]==5.2.5', 'flask==3.1.3', 'flask-cors==6.0.5');
  if (bin === undefined) return [undefined, why];
  const server = spawn(join(bin, 'python'), [join(bin, 'moto_server'), '-H', '127.0.0.1', '-p', '0']);
  const stop = async (): Promise<void> => {
    if (server.exitCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  server.stdout.resume();
  const lines: string[] = [];
  for await (const line of createInterface(server.stderr)) {
    lines.push(line);
    const endpoint = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (endpoint === undefined) continue;
    // Its log would fill the pipe and stop it.
    server.stderr.resume();
    return [await withBucket(endpoint, stop), ''];
  }
  throw new Error(`The S3 server did not start: ${lines.join('\n')}`);
}

async function withBucket(endpoint: string, stop: () => Promise<void>): Promise<S3Server> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: 'fanfold' }));
  const environment = {
    FANFOLD_STORE: 's3://fanfold/some/prefix',
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  return { environment, client, stop };
}

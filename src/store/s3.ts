/**
 * A store in a bucket of S3, or of a server that speaks its protocol (`AWS_ENDPOINT_URL`).
 * It retries by itself, twice, since a result that cannot be stored would cost its whole activity again.
 */
import type * as Sdk from '@aws-sdk/client-s3';
import { installed } from '../packages/installed.ts';
import { checkedKey, type Store, type StoredObject } from './store.ts';

export interface S3Options {
  readonly bucket: string;
  /** In front of every key, without slashes around it; may be empty. */
  readonly prefix: string;
  /** Region, credentials and endpoint, by the names that AWS gives them. */
  readonly environment: NodeJS.ProcessEnv;
}

export function s3Store({ bucket, prefix, environment }: S3Options): Store {
  let opened: Promise<Connected> | undefined;
  const within = prefix === '' ? '' : `${prefix}/`;
  const at = (key: string) => ({ Bucket: bucket, Key: within + checkedKey(key) });
  /** The one place where a call of S3 is made, so that its error names the bucket and the key. */
  async function ask<R>(verb: string, key: string, call: (s3: Connected) => Promise<R>): Promise<R> {
    try {
      return await call(await (opened ??= connect(environment)));
    } catch (error) {
      const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new Error(`The store s3://${bucket}/${prefix} could not ${verb} '${key}' (${why})`, { cause: error });
    }
  }
  return {
    async put(key, body) {
      const place = at(key);
      await ask('put', key, ({ client, sdk }) => client.send(new sdk.PutObjectCommand({ ...place, Body: body })));
    },
    putNew(key, body) {
      const place = at(key);
      return ask('put', key, async ({ client, sdk }) => {
        try {
          await client.send(new sdk.PutObjectCommand({ ...place, Body: body, IfNoneMatch: '*' }));
          return true;
        } catch (error) {
          if (error instanceof Error && ['PreconditionFailed', 'ConditionalRequestConflict'].includes(error.name))
            return false;
          throw error;
        }
      });
    },
    get(key) {
      const place = at(key);
      return ask('get', key, async ({ client, sdk }) => {
        try {
          const { Body: body } = await client.send(new sdk.GetObjectCommand(place));
          return await body?.transformToByteArray();
        } catch (error) {
          if (error instanceof sdk.NoSuchKey) return undefined;
          throw error;
        }
      });
    },
    async *list(asked) {
      let token: string | undefined;
      do {
        const page = await ask('list', asked, ({ client, sdk }) =>
          client.send(
            new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: within + asked, ContinuationToken: token }),
          ),
        );
        for (const object of page.Contents ?? []) yield stored(object, within.length);
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },
    async delete(key) {
      const place = at(key);
      await ask('delete', key, ({ client, sdk }) => client.send(new sdk.DeleteObjectCommand(place)));
    },
  };
}

interface Connected {
  readonly client: Sdk.S3Client;
  readonly sdk: typeof Sdk;
}

function stored({ Key: key = '', Size: bytes = 0, LastModified: modified }: Sdk._Object, skip: number): StoredObject {
  return { key: key.slice(skip), bytes, modifiedAt: modified?.getTime() ?? Date.now() };
}

/** Loaded at the first use: who keeps to a folder never reads the SDK. */
async function connect(environment: NodeJS.ProcessEnv): Promise<Connected> {
  const sdk = await installed('A store of S3', () => import('@aws-sdk/client-s3'));
  return { sdk, client: new sdk.S3Client(configOf(environment)) };
}

function configOf(environment: NodeJS.ProcessEnv): Sdk.S3ClientConfig {
  const endpoint = environment['AWS_ENDPOINT_URL_S3'] || environment['AWS_ENDPOINT_URL'];
  const region = environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'];
  return {
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 60_000, throwOnRequestTimeout: true },
    ...credentialsOf(environment),
    ...(region ? { region } : {}),
    // Other servers than AWS's know neither its names of hosts nor all of its checksums.
    ...(endpoint
      ? {
          endpoint,
          forcePathStyle: true,
          region: region || 'us-east-1',
          requestChecksumCalculation: 'WHEN_REQUIRED',
          responseChecksumValidation: 'WHEN_REQUIRED',
        }
      : {}),
  };
}

/** A profile, a role or a machine's identity is found by the SDK itself. */
function credentialsOf({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
  AWS_PROFILE: profile,
}: NodeJS.ProcessEnv): Pick<Sdk.S3ClientConfig, 'credentials'> {
  if (profile || !accessKeyId || !secretAccessKey) return {};
  return { credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) } };
}

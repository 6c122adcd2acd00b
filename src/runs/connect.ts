/** A Temporal client as the environment says. */
import { given } from '../core/given.ts';
import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import type { DataConverter, ExternalStorage } from '@temporalio/common';
import { describeError } from '../core/task.ts';
import { FanfoldError } from '../errors.ts';
import { refusals } from './refusals.ts';
import { clientTracing } from '../packages/tracing.ts';
import { connectConfig } from '../packages/temporal-profile.ts';

export interface ConnectOptions {
  /** @default `TEMPORAL_ADDRESS` */
  readonly address?: string | undefined;
  /** @default `TEMPORAL_NAMESPACE` or `default` */
  readonly namespace?: string | undefined;
  /** Another place for payloads too large for a history than the store; as its workers have it. */
  readonly externalStorage?: ExternalStorage | undefined;
  /**
   * As the workers have it: with `payloadCodecs`, inputs, items, results, pages and checkpoints pass through them.
   *
   * @default none
   */
  readonly dataConverter?: DataConverter | undefined;
}

/**
 * A description of a run carries the heartbeats of all that runs, and each pack's has what it finished. The SDK's own
 * option for it lacks the prefix that gRPC knows, which leaves 4 MB.
 */
const maxMessageBytes = 128 * 1024 * 1024;

/** @throws {FanfoldError} of type `Unreachable` */
export async function connect({ address, namespace, externalStorage, dataConverter }: ConnectOptions): Promise<Client> {
  const { connectionOptions, namespace: configured } = connectConfig();
  const options = {
    ...connectionOptions,
    ...given({ address }),
    connectTimeout: '5s' as const,
    channelArgs: { 'grpc.max_receive_message_length': maxMessageBytes },
  };
  const connection = await Connection.connect(options).catch((error: unknown) => {
    const { message } = describeError(error);
    const cause = error instanceof Error ? error.cause : undefined;
    const where = options.address ?? 'localhost:7233';
    if (isGrpcServiceError(cause) && refusals.has(cause.code)) {
      const advice = options.apiKey
        ? 'is the key of TEMPORAL_API_KEY, or of the profile, the right one, and not expired?'
        : 'it asks for a key: set TEMPORAL_API_KEY, or a profile that has one';
      throw new FanfoldError(
        'Unreachable',
        `The Temporal server at ${where} refuses this client (${message}): ${advice}`,
        'TEMPORAL_API_KEY',
      );
    }
    throw new FanfoldError(
      'Unreachable',
      `No Temporal server answers at ${where} (${message}). Is it running? 'fanfold dev' starts one`,
    );
  });
  return new Client({
    connection,
    namespace: namespace ?? configured ?? 'default',
    dataConverter: { ...given({ externalStorage }), ...dataConverter },
    ...clientTracing(),
  });
}

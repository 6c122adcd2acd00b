/** How Temporal is reached, as its variables and its file `temporal.toml` say. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type * as Envconfig from '@temporalio/envconfig';
import { given } from '../core/given.ts';
import { FanfoldError } from '../errors.ts';
import { installedNow } from './installed.ts';

type Reader = typeof Envconfig;

/** What needs no reader: an address and a namespace. */
const plain = new Set(['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE']);

/**
 * For a connection of a client or a worker.
 *
 * @throws {FanfoldError} of type `MissingPackage` where a key, TLS or a profile is set and nothing here reads it
 */
export function connectConfig(): ReturnType<Reader['loadClientConnectConfig']> {
  const found = reader(process.env);
  if (found) return found.loadClientConnectConfig();
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = process.env;
  return { connectionOptions: given({ address }), ...given({ namespace }) };
}

/** The profile that the environment names. @throws as {@link connectConfig} does */
export function clientProfile(env: NodeJS.ProcessEnv): Envconfig.ClientConfigProfile {
  const variables = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const found = reader(env);
  if (found) return found.loadClientConfigProfile({ overrideEnvVars: Object.fromEntries(variables) });
  return given({ address: env['TEMPORAL_ADDRESS'], namespace: env['TEMPORAL_NAMESPACE'] });
}

/** Temporal's own reader; undefined where it is neither installed nor needed. */
function reader(env: NodeJS.ProcessEnv): Reader | undefined {
  try {
    return installedNow(
      'A profile of Temporal',
      () => createRequire(import.meta.url)('@temporalio/envconfig') as Reader,
    );
  } catch (error) {
    const isMissing = error instanceof FanfoldError && error.type === 'MissingPackage';
    if (!isMissing || needsReader(env)) throw error;
    return undefined;
  }
}

function needsReader(env: NodeJS.ProcessEnv): boolean {
  const set = Object.keys(env).filter((name) => name.startsWith('TEMPORAL_') && env[name]);
  const usual = join(homedir(), process.platform === 'darwin' ? 'Library/Application Support' : '.config');
  return set.some((name) => !plain.has(name)) || existsSync(join(usual, 'temporalio', 'temporal.toml'));
}

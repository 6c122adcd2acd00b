/** The environment as one frozen object, read once a call and checked in one place. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

export interface Config {
  /** Where state lives. @default `.fanfold` in the working directory */
  readonly home: string;
  /** @default `fanfold` */
  readonly taskQueue: string;
  /** The server to use, where one is given; otherwise fanfold runs its own. */
  readonly address: string | undefined;
  readonly namespace: string;
  /** The bearer token of the HTTP service. */
  readonly token: string | undefined;
  /** How long a worker that is told to stop goes on with what it has; as text, which its reader checks. */
  readonly drain: string | undefined;
  /** Of which version the code of a worker is; undefined where versions are not used. */
  readonly buildId: string | undefined;
  /** The name under which its versions are known. @default `fanfold` */
  readonly deployment: string;
  /** Where metrics and health are shown: a port, or a host with one; as text, which its reader checks. */
  readonly metricsPort: string | undefined;
  /** How a process that stays writes its log. @default `text` where stderr is a terminal, else `json` */
  readonly logFormat: 'json' | 'text' | undefined;
  /** After how many attempts of one workflow task a run that cannot go on is ended; as text, which its reader checks. */
  readonly endStuckAfter: string | undefined;
  /** Whether such a run is ended too where a deploy or a setting may let it go on. */
  readonly endAnyStuck: boolean;
  /** The file of bearer tokens of the HTTP service, each with its holder, roles and tenant. */
  readonly tokensFile: string | undefined;
}

/**
 * What the environment says of where fanfold keeps and finds things.
 *
 * @example const { home, taskQueue } = readConfig();
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const text = (name: string): string | undefined => environment[name]?.trim() || undefined;
  return Object.freeze({
    home: resolve(text('FANFOLD_HOME') ?? '.fanfold'),
    taskQueue: text('FANFOLD_TASK_QUEUE') ?? 'fanfold',
    address: text('TEMPORAL_ADDRESS'),
    namespace: text('TEMPORAL_NAMESPACE') ?? 'default',
    token: text('FANFOLD_TOKEN'),
    drain: text('FANFOLD_DRAIN'),
    logFormat: formatIn(text('FANFOLD_LOG')),
    buildId: text('FANFOLD_BUILD_ID'),
    deployment: text('FANFOLD_DEPLOYMENT') ?? 'fanfold',
    metricsPort: text('FANFOLD_METRICS_PORT'),
    endStuckAfter: text('FANFOLD_END_STUCK_AFTER'),
    endAnyStuck: text('FANFOLD_END_ANY_STUCK') === '1',
    tokensFile: text('FANFOLD_TOKENS'),
  });
}

function formatIn(text: string | undefined): Config['logFormat'] {
  return text === 'json' || text === 'text' ? text : undefined;
}

const settingsNames = ['fanfold.config.ts', 'fanfold.config.mjs', 'fanfold.config.js', 'fanfold.config.json'];

/** The settings file of a folder, or the one that `FANFOLD_CONFIG` names, which may not be there; undefined for none. */
export function settingsFile(environment = process.env, folder = process.cwd()): string | undefined {
  const asked = environment['FANFOLD_CONFIG']?.trim() || undefined;
  if (asked !== undefined) return resolve(folder, asked);
  return settingsNames.map((name) => resolve(folder, name)).find((file) => existsSync(file));
}

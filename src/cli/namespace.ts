/** The command that makes a namespace fit for runs: `namespace setup`. */
import type { Command } from 'commander';
import { milliseconds, type Duration } from '../core/duration.ts';
import { InvalidOptionsError } from '../core/errors.ts';
import { readConfig } from '../config.ts';
import { FanfoldError } from '../errors.ts';
import { action, addSharedOptions, type Invocation, type SharedOptions } from './invocation.ts';

interface SetupOptions extends SharedOptions {
  readonly retention: string;
}

const hourMs = 3_600_000;

export function addNamespace(program: Command): void {
  const namespace = program.command('namespace').description('the namespace that runs live in');
  const setup = namespace
    .command('setup')
    .description(
      'make it where it is missing, keep runs long enough, and let them be found by kind, tenant, limit, how they ended and whether they wait',
    )
    .option('--retention <time>', 'how long runs that ended are kept at least', '30 days');
  addSharedOptions(setup).action(action(setUp));
}

/** Beside the namespace, since it is the server that knows versions. */
export function addPromote(program: Command): void {
  const command = program
    .command('promote')
    .description('new runs begin on this version of the workers from now on; those that go on stay on theirs')
    .argument('[build]', 'its build id; FANFOLD_BUILD_ID unless given');
  addSharedOptions(command).action(action(promoteBuild));
}

async function promoteBuild(invocation: Invocation, build?: string): Promise<void> {
  const { buildId, deployment: deploymentName } = readConfig();
  const promoted = build ?? buildId;
  if (promoted === undefined)
    throw new FanfoldError('InvalidInput', 'Say which build, or set FANFOLD_BUILD_ID', 'build');
  const { client } = await invocation.session();
  const { promote } = await import('../runs/deployments.ts');
  await promote(client.temporal, { deploymentName, buildId: promoted });
  const text = `New runs of '${deploymentName}' begin on build '${promoted}' from now on`;
  await invocation.answer({ deploymentName, buildId: promoted }, () => text);
}

async function setUp(invocation: Invocation<SetupOptions>): Promise<void> {
  const retentionMs = milliseconds(invocation.options.retention as Duration, '--retention');
  // Servers take no shorter one than an hour, and most no shorter one than a day.
  if (retentionMs < hourMs)
    throw new InvalidOptionsError('--retention', 'must be an hour at least', invocation.options.retention);
  const { client } = await invocation.session({ mayLackNamespace: true });
  const { setUpNamespace } = await import('../runs/namespace.ts');
  const done = await setUpNamespace(client.temporal, retentionMs);
  await invocation.answer({ namespace: client.temporal.options.namespace, done }, () => done.join('\n'));
}

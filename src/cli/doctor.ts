/** What this machine has and lacks for fanfold. It starts nothing, so that asking changes nothing. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig, type Config } from '../config.ts';
import { readSettings } from '../settings.ts';
import { findTemporal } from '../dev-server/binary.ts';
import { clientProfile } from '../packages/temporal-profile.ts';
import { messageOf } from '../core/thrown.ts';
import { FanfoldError } from '../errors.ts';
import { examineDatabase } from './doctor-database.ts';
import { examineServer } from './doctor-server.ts';
import { exitCodes, type ExitCode } from './exit.ts';
import { equipment } from './equipment.ts';
import type { DoctorFinding } from '../runs/face.ts';
import type { Invocation, SharedOptions } from './invocation.ts';

/** Options of `doctor`. */
export interface DoctorOptions extends SharedOptions {
  readonly deep?: true;
}

export async function doctor(invocation: Invocation<DoctorOptions>): Promise<ExitCode> {
  const config = readConfig();
  const { options } = invocation;
  const given = options.address ?? clientProfile(process.env).address;
  const findings = [
    node(),
    ...(await server(config, given, options)),
    fairness(given),
    await limits(),
    ...(await examineDatabase()),
    ...equipment().faces.flatMap((face) => face.checks?.(process.env) ?? []),
    ...(options.deep ? await deepChecks() : []),
  ];
  const runnable = findings.every(({ ok, needed }) => ok || !needed);
  await invocation.answer({ runnable, findings }, () => findingsText(findings, runnable));
  if (runnable) return exitCodes.done;
  return findings.some(({ what, ok, needed }) => needed && !ok && isWhere.has(what))
    ? exitCodes.unreachable
    : exitCodes.failed;
}

/** Without which nothing can be asked, as for every other command. */
const isWhere: ReadonlySet<string> = new Set(['Temporal server', 'Namespace']);

/** What costs something to ask, such as one answer of the model. */
async function deepChecks(): Promise<readonly DoctorFinding[]> {
  const asked = new Set(equipment().faces.flatMap((face) => face.deepChecks ?? []));
  return (await Promise.all([...asked].map((ask) => ask(process.env)))).flat();
}

function node(): DoctorFinding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  return {
    what: 'Node',
    ok,
    found: process.versions.node,
    needed: true,
    ...(ok ? {} : { advice: 'install Node 20.19 or newer' }),
  };
}

/** By the client that every command has, so that TLS, keys and profiles hold for the doctor too. */
async function server(config: Config, given: string | undefined, options: SharedOptions): Promise<DoctorFinding[]> {
  const address = given ?? (await embeddedAddress(config));
  const what = 'Temporal server';
  if (address === undefined) return [await binary(config)];
  try {
    const client = await equipment().connect({ address, namespace: options.namespace, kinds: [] });
    try {
      return [
        { what, ok: true, found: `answers at ${address}${secured()}`, needed: true },
        ...(await examineServer(client)),
      ];
    } finally {
      await client.close();
    }
  } catch (error) {
    // An embedded one that has ended is started by whoever needs it.
    if (given === undefined) return [await binary(config)];
    const advice = `start it, or unset TEMPORAL_ADDRESS to let fanfold run its own${tlsAdvice()}`;
    const found = messageOf(error);
    // One that answers, and says what it lacks, is not to be started.
    if (error instanceof FanfoldError && error.field === 'TEMPORAL_API_KEY')
      return [{ what, ok: false, found, needed: true }];
    return [{ what, ok: false, found: `nothing answers at ${given}${secured()}: ${found}`, needed: true, advice }];
  }
}

const isSecured = (): boolean =>
  Object.keys(process.env).some((name) => /^TEMPORAL_(?:TLS|API_KEY|PROFILE|CONFIG_FILE)/.test(name));

function secured(): string {
  return isSecured() ? ' (with the TLS, key or profile of the environment)' : '';
}

function tlsAdvice(): string {
  return isSecured()
    ? '; where it asks for TLS: is the authority of its certificate in TEMPORAL_TLS_SERVER_CA_CERT_PATH, and the own pair the right one?'
    : '; where it asks for TLS: set TEMPORAL_TLS, TEMPORAL_API_KEY or a profile';
}

async function binary(config: Config): Promise<DoctorFinding> {
  try {
    const { path, version, place } = await findTemporal({ home: config.home });
    return {
      what: 'Temporal server',
      ok: true,
      found: `not running; fanfold starts ${path} (${version}, from ${place})`,
      needed: true,
    };
  } catch (error) {
    return {
      what: 'Temporal server',
      ok: false,
      found: 'not running, and no binary',
      needed: true,
      advice: error instanceof Error ? error.message : String(error),
    };
  }
}

async function embeddedAddress({ home }: Config): Promise<string | undefined> {
  const file = join(home, 'server.json');
  if (!existsSync(file)) return undefined;
  const { address } = JSON.parse(await readFile(file, 'utf8')) as { address?: string };
  return address;
}

/** No server says whether it heeds fairness keys; that fanfold's own does is known. */
function fairness(foreign: string | undefined): DoctorFinding {
  const what = 'Sharing between runs';
  if (foreign === undefined) return { what, ok: true, found: 'by tenant, else by run, and by priority', needed: false };
  return {
    what,
    ok: false,
    found: `by priority; a server does not say whether it shares by tenant, so ask who runs ${foreign}`,
    needed: false,
    advice:
      'it does with `matching.enableFairness`, in Temporal Cloud by a setting of the namespace; else first come, first served',
  };
}

async function limits(): Promise<DoctorFinding> {
  const what = 'Limits';
  try {
    const { file, limits: named } = await readSettings();
    const found = Object.keys(named).join(', ') || 'none';
    return { what, ok: true, found: file === undefined ? found : `${found} (${file})`, needed: false };
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return { what, ok: false, found, needed: true, advice: 'correct the file: no worker starts with it' };
  }
}

function findingsText(findings: readonly DoctorFinding[], runnable: boolean): string {
  const lines = findings.map(({ what, ok, found, advice, needed }) => {
    const mark = ok ? '✓' : needed ? '✗' : '–';
    return `${mark} ${what}: ${found}${ok || advice === undefined ? '' : `\n    ${advice.replaceAll('\n', '\n    ')}`}`;
  });
  return `${lines.join('\n')}\n${runnable ? 'Ready to run.' : 'Not ready: see ✗ above.'}`;
}

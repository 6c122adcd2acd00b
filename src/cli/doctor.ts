/** What this machine has and lacks for fanfold. It starts nothing, so that asking changes nothing. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig, type Config } from '../config.ts';
import { readSettings } from '../settings.ts';
import { findTemporal } from '../dev-server/binary.ts';
import { isAnswering } from '../dev-server/health.ts';
import { exitCodes, type ExitCode } from './exit.ts';
import { equipment } from './equipment.ts';
import type { DoctorFinding } from '../runs/face.ts';
import type { Invocation } from './invocation.ts';
import { pollersOf } from './pollers.ts';

export async function doctor(invocation: Invocation): Promise<ExitCode> {
  const config = readConfig();
  const address = invocation.options.address ?? config.address ?? (await embeddedAddress(config));
  const findings = [
    node(),
    await server(config, address, invocation),
    ...(await worker(address)),
    fairness(invocation.options.address ?? config.address),
    await limits(),
    ...equipment().faces.flatMap((face) => face.checks?.(process.env) ?? []),
  ];
  const runnable = findings.every(({ ok, needed }) => ok || !needed);
  await invocation.answer({ runnable, findings }, () => findingsText(findings, runnable));
  return runnable ? exitCodes.done : exitCodes.failed;
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

async function server(config: Config, address: string | undefined, { options }: Invocation): Promise<DoctorFinding> {
  const given = options.address ?? config.address;
  if (address !== undefined && (await isAnswering(address, options.namespace ?? config.namespace))) {
    return { what: 'Temporal server', ok: true, found: `answers at ${address}`, needed: true };
  }
  if (given !== undefined) {
    return {
      what: 'Temporal server',
      ok: false,
      found: `nothing answers at ${given}`,
      needed: true,
      advice: 'start it, or unset TEMPORAL_ADDRESS to let fanfold run its own',
    };
  }
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

async function worker(address: string | undefined): Promise<DoctorFinding[]> {
  if (address === undefined) return [];
  try {
    const client = await equipment().connect({ address, kinds: [] });
    const pollers = await pollersOf(client, 'runs');
    await client.close();
    const found = pollers.map(({ identity }) => identity).join(', ') || `none on the queue '${client.taskQueue}'`;
    return [
      {
        what: 'Workers',
        ok: pollers.length > 0,
        found,
        needed: false,
        advice: 'commands that start runs bring their own; `fanfold worker` starts one that stays',
      },
    ];
  } catch {
    return [];
  }
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

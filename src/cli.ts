#!/usr/bin/env node
/**
 * The `fanfold` command. Each group of commands loads its own code, so that `--help` answers before Temporal's SDK is read.
 * It ends by `process.exit`, since a worker's native threads would keep it alive.
 */
import { Command, CommanderError } from 'commander';
import { exitCodes, report, writeJson } from './cli/exit.ts';
import { addInspection } from './cli/inspect-commands.ts';
import { addChecks } from './cli/check-commands.ts';
import { addMap } from './cli/map.ts';
import { addLimits } from './cli/limits.ts';
import { addCosts } from './cli/costs.ts';
import { addNamespace, addPromote } from './cli/namespace.ts';
import { addProcesses } from './cli/process-commands.ts';
import { addStarts } from './cli/start.ts';
import { addSteering } from './cli/control-commands.ts';
import { addStore } from './cli/store.ts';
import { addApprove } from './cli/approve.ts';
import { useEquipment, type ProgramEquipment } from './cli/equipment.ts';
import { asFaces, type Face } from './runs/face.ts';
import { installed } from './packages/installed.ts';
import { faces as agentFaces } from './agents/commands.ts';
import { version } from './cli/version.ts';
import { settingsFile } from './config.ts';

function createProgram(faces: readonly Face[]): Command {
  const program = new Command('fanfold')
    .description('Durable fan-out and fan-in for AI agents, on Temporal.')
    .version(version())
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'fanfold: ')) })
    .addHelpText('after', `\n${epilogue}`);
  const parts = [
    addStarts,
    addMap,
    ...faces.map((face) => (to: Command) => face.add(to)),
    addApprove,
    addInspection,
    addSteering,
    addProcesses,
    addStore,
    addLimits,
    addCosts,
    addChecks,
    addNamespace,
    addPromote,
  ];
  for (const add of parts) add(program);
  return program;
}

const epilogue = `Every command takes --json, --id, --address and --namespace. Without an address fanfold runs its own Temporal server.
Exit codes: 0 done, 1 the run failed, 2 wrong use, 3 the server or a worker cannot be reached, 130 interrupted.`;

async function main(args: string[]): Promise<void> {
  // Whoever reads us may stop reading (`| head`); that is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  let unread: unknown;
  try {
    const own = await ownFaces((error) => {
      unread = error;
    });
    const faces = [...agentFaces, ...own];
    useEquipment({ faces, ...processes });
    await createProgram(faces).parseAsync(args);
  } catch (error) {
    // A command that is not known may be one of those that could not be read.
    const isUnknown = error instanceof CommanderError && error.code === 'commander.unknownCommand';
    process.exitCode = await misused(isUnknown ? (unread ?? error) : error, args);
  }
  process.exit();
}

/** Those of `fanfold.config`; what is wrong with the file is said by the command that needs the rest of it. */
async function ownFaces(onUnread: (error: unknown) => void): Promise<readonly Face[]> {
  if (settingsFile() === undefined) return [];
  const { readSettings } = await import('./settings.ts');
  const settings = await readSettings().catch(onUnread);
  return asFaces(settings?.faces ?? []);
}

/** Loaded when a command first needs them. */
const processes: Omit<ProgramEquipment, 'faces'> = {
  async connect(options) {
    const { FanfoldClient } = await import('./client.ts');
    return FanfoldClient.connect(options);
  },
  async clientOf(facts) {
    const { FanfoldClient } = await import('./client.ts');
    return new FanfoldClient(facts);
  },
  async createWorker({ demo, ...facts }) {
    const { createWorker, demoPart } = await import('./worker.ts');
    return createWorker({ ...facts, ...(demo ? { parts: [demoPart()] } : {}) });
  },
  async startService(facts) {
    const { startService } = await installed('The HTTP service', () => import('./http.ts'));
    return startService(facts);
  },
};

/** Commander has told the person by now; a program that asked for JSON gets it as well. */
async function misused(error: unknown, args: string[]): Promise<number> {
  if (!(error instanceof CommanderError)) return report(error, { json: args.includes('--json') });
  if (error.exitCode === 0) return exitCodes.done;
  if (args.includes('--json')) {
    const message = error.message.replace(/^error: /, '');
    await writeJson(JSON.stringify({ error: { type: 'WrongUse', message } }));
  }
  return exitCodes.wrongUse;
}

await main(process.argv);

/** The commands that check: `replay` of histories on the current code, and `doctor` of the machine. */
import type { Command } from 'commander';
import { action, addSharedOptions, type Invocation } from './invocation.ts';
import type { ExitCode } from './exit.ts';
import type { DoctorOptions } from './doctor.ts';
import type { ReplayOptions } from './replay.ts';

export function addChecks(program: Command): void {
  const replay = program
    .command('replay')
    .description('check histories against the current code; exits 1 on a mismatch')
    .argument('[folder]', 'of JSON histories, as Temporal exports them')
    .option('--run <id>', 'the history of this run instead')
    .option('--open', 'those of all open runs of the task queue instead: the gate of a deploy')
    .option(
      '--workflows <file>',
      'a module of your own workflows and fanfold’s, to replay on instead of fanfold’s alone',
    );
  addSharedOptions(replay).action(action(replayHistories));
  const doctor = program.command('doctor').description('what is found, what is missing, what to do');
  doctor.option('--deep', 'also what costs something, such as one tiny answer of the model');
  addSharedOptions(doctor).action(action(examine));
}

async function replayHistories(invocation: Invocation<ReplayOptions>, folder?: string): Promise<ExitCode> {
  const { replay } = await import('./replay.ts');
  return replay(invocation, folder);
}

async function examine(invocation: Invocation<DoctorOptions>): Promise<ExitCode> {
  const { doctor } = await import('./doctor.ts');
  return doctor(invocation);
}

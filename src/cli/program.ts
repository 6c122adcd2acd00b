/**
 * A person's own function as the activity of a run: loaded from their module, and served on a task queue of its own.
 * The queue is named after the module and the function, so no other worker ever sees either.
 */
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ProgramOfRun } from '../core/map/types.ts';
import { FanfoldError } from '../errors.ts';

export interface LoadedProgram {
  readonly program: ProgramOfRun;
  readonly taskQueue: string;
  readonly activities: Readonly<Record<string, (...args: never[]) => unknown>>;
}

/** `MODULE#function`; without a function, the module's default export. @throws {FanfoldError} of type `InvalidInput` */
export async function loadProgram(target: string): Promise<LoadedProgram> {
  return load(programAt(target));
}

/** A path may have a `#` of its own: the longest one that there is a file for is meant. */
function programAt(target: string): ProgramOfRun {
  const ends = [...target.matchAll(/#/g)].map(({ index }) => index).toReversed();
  const named = ends.map((at) => ({ module: resolve(target.slice(0, at)), name: target.slice(at + 1) || 'default' }));
  const whole = { module: resolve(target), name: 'default' };
  return (
    [whole, ...named].find(({ module }) => statSync(module, { throwIfNoEntry: false })?.isFile()) ?? named[0] ?? whole
  );
}

export async function load(program: ProgramOfRun): Promise<LoadedProgram> {
  const { module, name } = program;
  if (!existsSync(module)) throw refused(`${module} is not there; name a module as PATH#function`);
  const exported = await import(pathToFileURL(module).href).catch((error: unknown) => {
    throw refused(`${module} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  });
  const activity: unknown = (exported as Record<string, unknown>)[name];
  if (typeof activity !== 'function') {
    const others = Object.entries(exported as object).flatMap(([key, value]) =>
      typeof value === 'function' ? [key] : [],
    );
    throw refused(`${module} exports no function '${name}' (there is: ${others.join(', ') || 'none'})`);
  }
  return {
    program,
    taskQueue: queueOf(program),
    activities: { [activityOf(program)]: activity as (...args: never[]) => unknown },
  };
}

/** Under which the function is registered; apart from every name of fanfold's own. */
export function activityOf({ module, name }: ProgramOfRun): string {
  return `${basename(module)}#${name}`;
}

function queueOf({ module, name }: ProgramOfRun): string {
  // With a `#` in either, two programs would otherwise be one text; without, the queue is that of earlier versions.
  const text = `${module}${name}`.includes('#') ? JSON.stringify([module, name]) : `${module}#${name}`;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `map-${name}-${hash}`;
}

function refused(message: string): FanfoldError {
  return new FanfoldError('InvalidInput', message, 'module');
}

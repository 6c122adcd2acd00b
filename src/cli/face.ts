/** How a kind of run meets a person at a terminal: its commands, and its answer as text. */
import type { Command } from 'commander';
import type { RunContext } from '../core/run.ts';
import type { TaskResult } from '../core/task.ts';
import type { Kind } from '../runs/kind.ts';
import type { Paint } from './text.ts';

/** Where an answer is written to. */
export interface Page {
  /** Columns. */
  readonly width: number;
  readonly paint: Paint;
  /** What was asked, as it was typed, where the command knows. */
  readonly question?: string | undefined;
  /** The results of the run's tasks. */
  readonly results: readonly TaskResult[];
}

/** What is listed of the run's tasks beside the answer. */
export interface TaskRows {
  readonly rows: 'all' | 'failures' | 'none';
  /** What a task is called. @default the kind's noun */
  readonly noun?: string;
}

/** One thing that `fanfold doctor` looks at. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
  /** Without it nothing runs. */
  readonly needed: boolean;
  /** What to do where it is not ok. */
  readonly advice?: string;
}

export interface Face<I extends object = RunContext> {
  readonly kind: Kind<I>;
  /** Adds the commands of the kind to the program. */
  add(program: Command): void;
  /**
   * The answer as sections of text, in order; none where it is not of the expected form.
   *
   * @param answer what the run's workflow gave as its `answer`
   */
  text(answer: unknown, page: Page): string[];
  /** @default all rows */
  tasks?(answer: unknown): TaskRows;
  /** Lines of the text stand under each other in columns, so that a page must not wrap them. @default false */
  readonly aligned?: boolean;
  /** What `fanfold doctor` should say of this kind. */
  checks?(environment: NodeJS.ProcessEnv): Finding[];
}

let faces: ReadonlyMap<string, Face> = new Map();

/** Called once by the program, before any command runs. */
export function useFaces(given: readonly Face[]): void {
  faces = new Map(given.map((face) => [face.kind.name, face]));
}

export function faceOf(kind: string): Face | undefined {
  return faces.get(kind);
}

export function allFaces(): readonly Face[] {
  return [...faces.values()];
}

/** How a kind of run meets a person at a terminal: its commands, and its answer as text. */
import type { styleText } from 'node:util';
import type { Command } from 'commander';
import type { RunContext } from '../core/run.ts';
import type { TaskResult } from '../core/task.ts';
import { asKinds, type Kind } from './kind.ts';

/**
 * Colours and weights of a text on a terminal.
 *
 * @example const style: Style = 'bold';
 */
export type Style = Parameters<typeof styleText>[0];

/**
 * A text in a style, or as it is where there are no colours.
 *
 * @example const title = (paint: Paint) => paint('bold', 'Digest');
 */
export type Paint = (style: Style, text: string) => string;

/**
 * Where an answer is written to.
 *
 * @example const text = (answer: unknown, { width }: TextPage) => [wrap(String(answer), width)];
 */
export interface TextPage {
  /** Columns. */
  readonly width: number;
  readonly paint: Paint;
  /** What was asked, as it was typed, where the command knows. */
  readonly question?: string | undefined;
  /** The results of the run's tasks. */
  readonly results: readonly TaskResult[];
}

/**
 * A run that waits for a person.
 *
 * @example const line = ({ runId, callOf }: WaitingRun<object>) => `It waits: ${callOf(`sign ${runId}`)}`;
 */
export interface WaitingRun<I extends object> {
  readonly runId: string;
  readonly input: I;
  /** How a command of fanfold is called here. */
  callOf(command: string): string;
}

/** The answer of a run as its kind writes it, where there is no terminal. */
export interface AnswerText {
  readonly text: string;
  /** Its lines stand under each other in columns, so that they must not be wrapped. */
  readonly aligned: boolean;
  /** What a task of this run is called, where that is not its kind's word, such as a search in depth. */
  readonly noun?: string;
}

/**
 * What is listed of the run's tasks beside the answer.
 *
 * @example const tasks = (): TaskRows => ({ rows: 'failures', noun: 'page' });
 */
export interface TaskRows {
  readonly rows: 'all' | 'failures' | 'none';
  /** What a task is called. @default the kind's noun */
  readonly noun?: string;
  /** Whether an entry of a task's result is one of what was asked for, and not word of what could not be had. @default each is */
  counts?(entry: unknown): boolean;
}

/**
 * One thing that `fanfold doctor` checks.
 *
 * @example const checks = (): DoctorFinding[] => [{ what: 'git', ok: true, found: '2.47', needed: false }];
 */
export interface DoctorFinding {
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
  /** Without it nothing runs. */
  readonly needed: boolean;
  /** What to do where it is not ok. */
  readonly advice?: string;
}

/**
 * The commands of a kind, and its answer as text.
 *
 * @example const digestFace: Face<DigestInput> = { kind: digestKind, add: (program) => addDigest(program), text: (answer) => [String(answer)] };
 */
export interface Face<I extends object = RunContext> {
  readonly kind: Kind<I>;
  /** Adds the commands of the kind to the program. */
  add(program: Command): void;
  /**
   * The answer as sections of text, in order; none where it is not of the expected form.
   *
   * @param answer what the run's workflow gave as its `answer`
   */
  text(answer: unknown, page: TextPage): string[];
  /**
   * Of a run that goes on with an answer, what it waits for and how that is answered; undefined where it waits for nothing.
   *
   * @param answer what the kind's forms are written of before the end
   */
  waiting?(answer: unknown, about: WaitingRun<I>): string | undefined;
  /** @default all rows */
  tasks?(answer: unknown): TaskRows;
  /** Lines of the text stand under each other in columns, so that a page must not wrap them. @default false */
  readonly aligned?: boolean;
  /** What `fanfold doctor` should say of this kind. */
  checks?(environment: NodeJS.ProcessEnv): DoctorFinding[];
  /** What `fanfold doctor --deep` should try, such as one call that costs something; one function that several share is called once. */
  readonly deepChecks?: (environment: NodeJS.ProcessEnv) => Promise<DoctorFinding[]>;
}

/** Faces from a configuration. @throws {TypeError} naming what is missing */
export function asFaces(values: readonly object[]): readonly Face[] {
  return values.map((value, index) => {
    const { kind, add, text } = value as Partial<Record<keyof Face, unknown>>;
    if (typeof kind !== 'object' || kind === null || typeof add !== 'function' || typeof text !== 'function')
      throw new TypeError(`\`faces[${index}]\` is no face of a kind: it needs \`kind\`, \`add\` and \`text\``);
    asKinds([kind]);
    return value as Face;
  });
}

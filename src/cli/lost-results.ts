/** Which results of a run are lost, as its results are read: a command that could not give them all has not done what it was asked. */
import { oneLine } from '../core/text/controls.ts';
import type { TaskResult } from '../core/task.ts';
import { isLost } from '../store/pages/results.ts';
import type { RunView } from '../runs/run-view.ts';
import { codeOf, exitCodes, type ExitCode } from './exit.ts';
import { many } from './text.ts';

/** So many of each are named. */
const mostNamed = 5;

export class LostResults {
  readonly #ids: string[] = [];
  readonly #reasons = new Set<string>();
  count = 0;

  /** @param results those that are known already */
  constructor(results: readonly TaskResult[] = []) {
    for (const result of results) this.#see(result);
  }

  /** Looks at each as it passes. */
  async *among(results: AsyncIterable<TaskResult> | Iterable<TaskResult>): AsyncGenerator<TaskResult> {
    for await (const result of results) {
      this.#see(result);
      yield result;
    }
  }

  #see(result: TaskResult): void {
    if (result.success || !isLost(result)) return;
    this.count++;
    if (this.#ids.length < mostNamed) this.#ids.push(oneLine(result.id, 60));
    if (this.#reasons.size < mostNamed) this.#reasons.add(oneLine(result.error.message, 300));
  }

  /** The code of a command whose whole purpose was this run; says which results are lost, and where they were written to. */
  codeOf(invocation: { say(message: string): void }, view: RunView, file?: string): ExitCode {
    const code = codeOf(view);
    if (this.count === 0) return code;
    const more = this.count > this.#ids.length ? ', …' : '';
    const where = file === undefined ? '' : `. In ${file} they are failures`;
    const why = [...this.#reasons].join('; ');
    invocation.say(`${many(this.count, 'result')} lost, of tasks ${this.#ids.join(', ')}${more}: ${why}${where}`);
    return code === exitCodes.done ? exitCodes.failed : code;
  }
}

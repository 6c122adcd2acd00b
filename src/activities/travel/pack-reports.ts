/** What has settled of a pack goes to its workflow while others still run, so that a straggler holds up nobody. */
import { boundedMs } from '../../core/sleep.ts';
import type { Context } from '@temporalio/activity';
import { settledSignal, type CallResult, type SettledCalls } from '../../core/travel/pack.ts';
import { GrowingInterval } from '../../core/travel/growing-interval.ts';

/** A pack that is over by then reports nothing before its end. */
const firstMs = 100;
/** Of one message; what is more goes with the next one. */
const maxCharacters = 300_000;

export class PackReports {
  readonly #context: Context;
  readonly #id: string;
  readonly #interval: GrowingInterval;
  #unreported: (readonly [result: CallResult, characters: number])[] = [];
  #timer: NodeJS.Timeout;

  /** Of calls, on which tasks wait, it reports every two seconds; of tasks ever more seldom, as each report costs some events. */
  constructor(context: Context, id: string, calls: boolean) {
    this.#context = context;
    this.#id = id;
    this.#interval = new GrowingInterval(firstMs, calls ? undefined : Infinity);
    this.#timer = setTimeout(() => this.#report(), boundedMs(this.#interval.next()));
  }

  add(result: CallResult, characters: number): void {
    this.#unreported.push([result, characters]);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #report(): void {
    const results = this.#take();
    const { workflowExecution } = this.#context.info;
    if (results.length > 0 && workflowExecution) {
      const { workflowId, runId } = workflowExecution;
      const news: SettledCalls = { activityId: this.#id, results };
      // News that are lost come with the pack's own answer.
      this.#context.client.workflow
        .getHandle(workflowId, runId)
        .signal(settledSignal, news)
        .catch(() => {});
    }
    this.#timer = setTimeout(() => this.#report(), boundedMs(this.#interval.next()));
  }

  #take(): CallResult[] {
    let characters = 0;
    const more = this.#unreported.findIndex(([, length], index) => {
      characters += length;
      return index > 0 && characters > maxCharacters;
    });
    const taken = more === -1 ? this.#unreported : this.#unreported.slice(0, more);
    this.#unreported = more === -1 ? [] : this.#unreported.slice(more);
    return taken.map(([result]) => result);
  }
}

/** What has settled of a pack goes to its workflow while others still run, so that a straggler holds up nobody. */
import type { Context } from '@temporalio/activity';
import { settledSignal, type CallResult, type SettledCalls } from '../../core/travel/pack.ts';
import { GrowingInterval } from '../../core/travel/growing-interval.ts';

/** A pack that is over by then tells nothing before its end. */
const firstMs = 100;
/** Of one message; what is more goes with the next one. */
const maxCharacters = 300_000;

export class PackNews {
  readonly #context: Context;
  readonly #seldom = new GrowingInterval(firstMs);
  #untold: (readonly [result: CallResult, characters: number])[] = [];
  #timer: NodeJS.Timeout;

  constructor(context: Context) {
    this.#context = context;
    this.#timer = setTimeout(() => this.#tell(), this.#seldom.next());
  }

  add(result: CallResult, characters: number): void {
    this.#untold.push([result, characters]);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #tell(): void {
    const results = this.#take();
    const { activityId, workflowExecution } = this.#context.info;
    if (results.length > 0 && workflowExecution) {
      const { workflowId, runId } = workflowExecution;
      const news: SettledCalls = { activityId, results };
      // News that are lost come with the pack's own answer.
      this.#context.client.workflow
        .getHandle(workflowId, runId)
        .signal(settledSignal, news)
        .catch(() => {});
    }
    this.#timer = setTimeout(() => this.#tell(), this.#seldom.next());
  }

  #take(): CallResult[] {
    let characters = 0;
    const more = this.#untold.findIndex(([, length], index) => {
      characters += length;
      return index > 0 && characters > maxCharacters;
    });
    const taken = more === -1 ? this.#untold : this.#untold.slice(0, more);
    this.#untold = more === -1 ? [] : this.#untold.slice(more);
    return taken.map(([result]) => result);
  }
}

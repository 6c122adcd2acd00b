/** The parts of a map run's items: counted one after the other by activities, so that no item is ever in the workflow. */
import { workflowInfo } from '@temporalio/workflow';
import { given } from '../../core/given.ts';
import type { Scope } from '../../core/host.ts';
import type { MapSource, PartFacts, PlanPartInput } from '../../core/map/types.ts';
import type { MapPlan } from './plan.ts';
import { addPart, pagesLeft, type MapState } from './state.ts';
import { adoptParts, planPart } from './dispatch.ts';

export interface ItemsListener {
  counted(): void;
  broken(error: unknown): void;
}

/** As whoever started the run has noted it; nobody, where that was a workflow or an earlier version. */
function storeOfStarter(): string | undefined {
  const noted = workflowInfo().memo?.['fanfold.store'];
  return typeof noted === 'string' ? noted : undefined;
}

/** A query is asked for more while so many pages are left. */
const lowPages = 16;

export class Items {
  /** What was added by hand and is not counted yet. */
  readonly #added: (readonly unknown[])[] = [];
  readonly #plan: MapPlan;
  readonly #state: MapState;
  readonly #scope: Scope;
  readonly #listener: ItemsListener;
  counting = false;

  constructor(plan: MapPlan, state: MapState, scope: Scope, listener: ItemsListener) {
    this.#plan = plan;
    this.#state = state;
    this.#scope = scope;
    this.#listener = listener;
  }

  /** Whether all items are counted. */
  get complete(): boolean {
    const { planned, cursor } = this.#state;
    return planned && cursor === undefined && this.#added.length === 0 && !this.counting;
  }

  add(items: readonly unknown[]): void {
    this.#added.push(items);
  }

  /** Counts the next part, where there is one and it is time. */
  more(): void {
    if (this.counting) return;
    const { planned, cursor } = this.#state;
    const { source } = this.#plan;
    if (!planned) this.#count(() => this.#first());
    else if (cursor !== undefined && pagesLeft(this.#state) < lowPages)
      this.#count(() => this.#part(source, { cursor }));
    else if (cursor === undefined) {
      const items = this.#added.shift();
      if (items) this.#count(() => this.#part({ kind: 'list', items }));
    }
  }

  #first(): Promise<PartFacts[]> {
    const { execution, earlier, source } = this.#plan;
    return earlier === undefined ? this.#part(source) : adoptParts({ execution, earlier });
  }

  async #part(source: MapSource, more: Pick<PlanPartInput, 'cursor'> = {}): Promise<PartFacts[]> {
    const { parts, lines } = this.#state;
    const store = storeOfStarter();
    return [
      await planPart({ execution: this.#plan.execution, part: parts, source, lines, ...more, ...given({ store }) }),
    ];
  }

  #count(count: () => Promise<PartFacts[]>): void {
    this.counting = true;
    this.#scope.run(count).then(
      (parts) => {
        this.counting = false;
        this.#state.planned = true;
        for (const part of parts) addPart(this.#state, part);
        this.#listener.counted();
      },
      (error: unknown) => {
        this.counting = false;
        this.#listener.broken(error);
      },
    );
  }
}

/**
 * The loop of a map run: it dispatches pages in a small window, adds counts up and ends by the stopping rule.
 * The surprising rule: it never sees a task. What it stops returns what it has, and only then is the run over.
 */
import { given } from '../../core/given.ts';
import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { Change, FanOutControl, Progress } from '../../core/live/control.ts';
import { armDeadline } from '../../core/deadline.ts';
import type { Scope } from '../../core/host.ts';
import { prepareChange } from '../../core/live/change.ts';
import type { UnitInput, UnitNews, UnitReport } from '../../core/map/types.ts';
import { slowMs, type UnitLayout } from '../../core/travel/granularity.ts';
import { progressTable } from '../../core/live/progress-table.ts';
import { runSalt, shownId } from '../shown-id.ts';
import { verdict, type StopReason, type StopRule, type Tally } from '../../core/stop.ts';
import { maxPageTasks, probeTasks } from '../../core/map/page-size.ts';
import { workflowHost } from '../host.ts';
import { enter } from '../live-control.ts';
import { reportMs } from '../late-results.ts';
import { mapRunChanges } from './map-changes.ts';
import { afterSpent, afterUnit, type OpenTasks } from './open-tasks.ts';
import { Items } from './map-parts.ts';
import { progressOf } from './map-progress.ts';
import { hasUncounted, isProbe, layoutOf, openEnded, unitRule, whereabouts, type MapPlan } from './plan.ts';
import { addReport, pagesLeft, takeUnit, type MapState } from './state.ts';
import { adoptUnit, runBranch, runPack } from './dispatch.ts';

/** Of those that the Web UI lists: they are written anew with each report. */
const shownFailures = 20;

/** A unit that runs, with what it has reported. */
interface RunningUnit {
  readonly input: UnitInput;
  succeeded: number;
  failed: number;
}

export class MapRun implements FanOutControl {
  readonly name = 'items';
  readonly plan: MapPlan;
  readonly state: MapState;
  /** Resolves when nothing of it runs any more, or when the run should go on in a new execution. */
  readonly over: Promise<'over' | 'continue'>;
  readonly items: Items;
  readonly #units = new Map<number, RunningUnit>();
  readonly #scope: Scope = workflowHost.openScope();
  #startedHere = 0;
  #failure: { readonly error: unknown } | undefined;
  #closing = false;
  /** The tenant's budget: no unit begins, and those that run end by themselves, so that nothing paid for is lost. */
  #isSpent = false;
  #endedAt = 0;
  #cancelDeadline: () => void = () => {};
  #cancelProbe: () => void = () => {};
  #leave: () => void = () => {};
  #finish: (how: 'over' | 'continue') => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(plan: MapPlan, state: MapState) {
    this.plan = plan;
    this.state = state;
    this.items = new Items(plan, state, this.#scope, {
      counted: () => this.#counted(),
      broken: (error) => (state.stoppedBy ? this.#endIfDone() : this.#broken(-1, error)),
    });
    this.over = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    enter(this);
  }

  start(): void {
    this.#leave = workflowHost.onCancel(() => this.end('cancelled'));
    if (this.state.deadlineAt !== undefined) this.setDeadline(this.state.deadlineAt);
    this.launch();
  }

  get rule(): StopRule {
    return { minimum: this.state.minimum, first: this.plan.first, maxFailures: this.plan.maxFailures };
  }

  get complete(): boolean {
    return this.items.complete;
  }

  get tally(): Tally {
    let { succeeded, failed } = this.state;
    for (const unit of this.#units.values()) {
      succeeded += unit.succeeded;
      failed += unit.failed;
    }
    return { total: this.complete ? this.state.tasks : openEnded, succeeded, failed };
  }

  setDeadline(deadlineAt: number): void {
    this.#cancelDeadline();
    this.state.deadlineAt = deadlineAt;
    this.#cancelDeadline = armDeadline(workflowHost, deadlineAt, 'deadline of items', () => this.end('deadline'));
  }

  launch(): void {
    while (this.#mayStart()) this.#start();
    if (!this.state.stoppedBy && !this.#isSpent && !this.#draining) this.items.more();
    this.#endIfDone();
  }

  receive({ number, succeeded, failed, slow }: UnitNews): void {
    const unit = this.#units.get(number);
    if (!unit) return;
    Object.assign(unit, { succeeded, failed });
    // Half of the first tasks are enough: a single straggler among them says nothing of the others.
    if ((succeeded + failed) * 2 >= probeTasks) this.state.mode ??= 'packs';
    else if (slow) this.state.mode ??= 'tasks';
    this.launch();
    this.judge();
    this.#changed();
  }

  judge(): void {
    if (this.state.stoppedBy || this.#isSpent) return;
    const reason = verdict(this.rule, this.tally);
    // What the last units report is not yet what they have written.
    if (reason && (reason !== 'allSettled' || this.#units.size === 0)) this.end(reason);
  }

  /** Units that settle themselves at the deadline are given the time to say so; all others are cancelled. */
  end(reason: StopReason): void {
    if (this.state.stoppedBy) return;
    this.state.stoppedBy = reason;
    this.#endedAt = Date.now();
    this.#cancelDeadline();
    if (reason === 'deadline') {
      const stop = workflowHost.timer(reportMs, 'reports of the last units', () => this.#scope.cancel());
      void this.over.then(stop, stop);
    } else this.#scope.cancel();
    this.#endIfDone();
  }

  check(change: Change): void {
    prepareChange(mapRunChanges(this), change);
  }

  apply(change: Change): void {
    prepareChange(mapRunChanges(this), change)();
    this.#changed();
  }

  progress(maxTasks = 100): Progress {
    return progressOf(this.plan, this.state, { ...this.tally, inUse: this.#inUse, endedAt: this.#endedAt, maxTasks });
  }

  /** The results are in the store, where whoever asks finds them without a worker. */
  settled(): { results: [] } {
    return { results: [] };
  }

  get #inUse(): number {
    let width = 0;
    for (const { input } of this.#units.values()) width += input.width;
    return width;
  }

  get #layout(): UnitLayout {
    return layoutOf(this.plan, this.state, { running: this.#units.size, inUse: this.#inUse });
  }

  get #draining(): boolean {
    const { unitsPerExecution = Infinity } = this.plan;
    return workflowInfo().continueAsNewSuggested || this.#startedHere >= unitsPerExecution;
  }

  /** What the next unit may spend: what no other has spent or may spend. */
  #budget(spentToo = 0): number | undefined {
    if (this.#isSpent || this.plan.budget === undefined) return this.#isSpent ? 0 : undefined;
    let left = this.plan.budget - this.state.spent - spentToo;
    for (const { input } of this.#units.values()) left -= input.budget ?? 0;
    return Math.max(0, Math.min(left, maxPageTasks));
  }

  #mayStart(): boolean {
    const { state } = this;
    if (state.stoppedBy || this.#draining || pagesLeft(state) === 0 || this.#budget() === 0) return false;
    const { units, width } = this.#layout;
    return this.#units.size < units && this.#inUse + width <= (state.concurrency ?? Infinity);
  }

  #start(): void {
    const { state, plan } = this;
    const { pages, width } = this.#layout;
    const taken = takeUnit(state, pages);
    if (!taken) return;
    const number = state.nextUnit++;
    const input: UnitInput = {
      ...unitRule(plan, state, this.tally),
      ...taken.unit,
      number,
      width,
      folder: state.folder,
      ...whereabouts(plan, state, taken.unit),
      ...given({ budget: this.#budget(), idSalt: runSalt(), again: taken.again || undefined, probe: isProbe(state) }),
    };
    this.#startedHere++;
    if (state.mode === undefined && !input.probe) this.#probe();
    this.#units.set(number, { input, succeeded: 0, failed: 0 });
    this.#scope
      .run(() => (state.mode === 'tasks' ? runBranch(input) : runPack(input)))
      .then(
        (report) => this.#ended(input, report),
        (error: unknown) => this.#broken(number, error),
      );
  }

  /** Of a run from before probes said so themselves. */
  #probe(): void {
    this.#cancelProbe = workflowHost.timer(slowMs, 'probe of the first tasks', () => {
      this.state.mode ??= 'tasks';
      this.launch();
    });
  }

  #ended(input: UnitInput, report: UnitReport): void {
    const { state } = this;
    this.#units.delete(input.number);
    this.#cancelProbe();
    state.mode ??= report.meanMs > slowMs ? 'tasks' : 'packs';
    const ending = afterSpent(report);
    this.#isSpent ||= ending === 'byThemselves';
    const open = state.stoppedBy ? 'counted' : this.#afterUnit(input, report);
    if (open === 'again') {
      // It settled itself by a rule that was changed since; what it has is counted by its successor.
      state.again.push({ part: input.part, from: input.from, to: input.to });
      if (report.endedBy) state.spent += report.spent ?? 0;
    } else addReport(state, report);
    if (ending === 'cancelled') this.end('budget');
    this.judge();
    if (open === 'deadline') this.end('deadline');
    this.#changed();
    this.launch();
  }

  #afterUnit(input: UnitInput, report: UnitReport): OpenTasks {
    const { total, succeeded, failed } = this.tally;
    const counted = { total, succeeded: succeeded + report.succeeded, failed: failed + report.failed };
    const isSpent = this.#isSpent || (this.#units.size === 0 && this.#budget(report.spent) === 0);
    const isDecided = isSpent || verdict(this.rule, counted) !== undefined;
    return afterUnit({ report, input, deadlineAt: this.state.deadlineAt, now: Date.now(), isDecided });
  }

  /** Nothing mends it, so the run fails with it, after what else runs has returned what it has. */
  #broken(number: number, error: unknown): void {
    this.#units.delete(number);
    this.#failure ??= { error };
    this.end('cancelled');
    this.#endIfDone();
  }

  /** What depends on how many items there are is known only now. */
  #counted(): void {
    this.#changed();
    try {
      if (this.complete) this.plan.checkTotal(this.state.tasks);
    } catch (error) {
      return this.#broken(-1, error);
    }
    this.judge();
    this.launch();
  }

  #endIfDone(): void {
    if (this.#units.size > 0 || this.items.counting) return;
    if (!this.state.stoppedBy && this.#budget() === 0) this.end('budget');
    else if (!this.state.stoppedBy && this.complete && pagesLeft(this.state) === 0) this.end('allSettled');
    else if (this.state.stoppedBy) this.#close().catch(this.#fail);
    else if (this.#draining) this.#finish('continue');
  }

  async #close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#leave();
    this.#cancelProbe();
    const { state, plan } = this;
    // What an earlier run had of pages that were not reached here is of the whole as well, and so is what a unit had whose
    // successor never began.
    while (state.planned && !this.#failure && (plan.earlier !== undefined || hasUncounted(state))) {
      const taken = takeUnit(state, 100);
      if (!taken) break;
      const unit = { ...unitRule(plan, state, this.tally), ...taken.unit, number: state.nextUnit++, width: 1 };
      addReport(state, await adoptUnit({ ...unit, ...whereabouts(plan, state, taken.unit), folder: state.folder }));
    }
    this.#changed();
    if (this.#failure) this.#fail(this.#failure.error);
    else this.#finish('over');
  }

  #changed(): void {
    setCurrentDetails(progressTable([this.progress(shownFailures)], undefined, shownId));
  }
}

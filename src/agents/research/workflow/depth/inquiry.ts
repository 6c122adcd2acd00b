/**
 * What one research in depth has to spend and has found so far: its time, its tokens, its searches.
 * A step that the model cannot take, for whatever reason, is taken without it and says so.
 */
import {
  Budget,
  milliseconds,
  type StopReason,
  describeError,
  type TaskResult,
  cached,
  ownActivity,
} from '../../../../workflow.ts';
import type { ResearchInput } from '../../pure/types.ts';
import { isCancellation } from '@temporalio/workflow';
import type { ResearchFacts } from '../../activities/depth/index.ts';
import type { Passage } from '../../activities/sources/source.ts';
import { usualDeadlineMs, usualTokens } from '../../pure/depth.ts';
import type { Dropped, PassageEvidence } from '../../pure/draft.ts';
import { PagesOfRun } from '../../pure/pages.ts';
import { shareOf, type Share } from '../../pure/shares.ts';

/** The least time that a step is given, in ms: below it nothing can answer. */
const leastMs = 1000;
/** A step whose tokens nobody reports is taken to have cost what was set aside for it. */
const charactersPerToken = 3;

/** How a step with the model is to be taken. */
export interface ModelStep<R> {
  readonly activity: string;
  readonly input: object;
  /** Tokens that its answer may have. */
  readonly answerTokens: number;
  /** When it is to be over, in ms since the epoch. */
  readonly until: number;
  /** The step without a model. */
  readonly otherwise: () => R | Promise<R>;
}

export class Inquiry {
  readonly input: ResearchInput;
  readonly depth: number;
  readonly facts: ResearchFacts;
  /** Moved by the time in which it waited for a person. */
  startedAt: number;
  /** What became of a plan that was shown. */
  planNote = '';
  readonly deadlineMs: number;
  readonly tokenLimit: number;
  readonly budget: Budget;
  /** Of every search, by the label of its question, in the order in which these were asked. */
  readonly searches = new Map<string, readonly TaskResult<Passage[]>[]>();
  readonly stops = new Set<StopReason>();
  readonly pages = new PagesOfRun();
  readonly dropped: Dropped[] = [];
  /** Of all questions, by id. */
  readonly evidence = new Map<string, PassageEvidence>();
  /** The model that wrote the answer; null until one has. */
  composedBy: string | null = null;
  /** Sources that answered no question of a level: they are not asked at the next. */
  readonly silent = new Set<string>();
  /** What each question's evidence says of its language and the asker's, nothing where they are one. */
  readonly languages = new Set<string>();
  duplicates = 0;
  screened = 0;
  /** Why steps were taken without the model, each reason once. */
  readonly setbacks = new Set<string>();

  constructor(input: ResearchInput, facts: ResearchFacts, startedAt: number) {
    const { depth = 1, options = {}, tokenBudget = usualTokens } = input;
    this.input = input;
    this.depth = depth;
    this.facts = facts;
    this.startedAt = startedAt;
    this.deadlineMs = milliseconds(options.deadline ?? usualDeadlineMs(depth), 'deadline');
    this.tokenLimit = tokenBudget;
    this.budget = new Budget(tokenBudget);
  }

  /** All that may be asked, those that are silent too. */
  get #all(): string[] {
    const { folders = [], sources = folders.length > 0 ? [] : this.facts.sources } = this.input;
    return [...sources, ...folders];
  }

  /** Whether what stands in a folder, by path or by name, could reach a source outside by a question that was made of it. */
  get hasFoldersAndOthers(): boolean {
    const folders = new Set([...(this.input.folders ?? []), ...(this.facts.folders ?? [])]);
    const all = this.#all;
    return all.some((source) => folders.has(source)) && !all.every((source) => folders.has(source));
  }

  /** The sources to ask now. */
  get sources(): string[] {
    const all = this.#all;
    const left = all.filter((source) => !this.silent.has(source));
    return left.length > 0 ? left : all;
  }

  get endsAt(): number {
    return this.startedAt + this.deadlineMs;
  }

  share(level: number): Share {
    return shareOf(Date.now(), this.startedAt, this.deadlineMs, this.depth - level + 1);
  }

  /** Durable and cached by its content with a model; otherwise, and where that fails, without one. */
  async step<R extends { readonly tokens: number }>(step: ModelStep<R>): Promise<R> {
    const { model } = this.facts;
    if (model === null) return step.otherwise();
    const estimate = Math.ceil(JSON.stringify(step.input).length / charactersPerToken) + step.answerTokens;
    if (!this.budget.reserve(estimate)) return this.#without(step, 'the token budget is spent');
    const left = step.until - Date.now();
    if (left < leastMs) {
      this.budget.settle(estimate, 0);
      return this.#without(step, 'no time was left for it');
    }
    try {
      const run = cached(ownActivity(step.activity), {
        scheduleToCloseTimeout: left,
        startToCloseTimeout: '2 minutes',
      });
      const taken = (await run({ ...step.input, model })) as R;
      this.budget.settle(estimate, taken.tokens);
      return taken;
    } catch (error) {
      this.budget.settle(estimate, estimate);
      if (isCancellation(error)) throw error;
      const { kind, message } = describeError(error);
      return this.#without(step, kind === 'timedOut' ? 'it did not answer in time' : message);
    }
  }

  #without<R>({ otherwise }: ModelStep<R>, why: string): R | Promise<R> {
    this.setbacks.add(why);
    return otherwise();
  }
}

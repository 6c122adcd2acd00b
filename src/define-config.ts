/** What `fanfold.config.ts` exports, and the function that gives it its type. */
import type { DataConverter } from '@temporalio/common';
import type { Face } from './runs/face.ts';
import type { LimitSettings } from './limits/learned/settings.ts';
import type { TenantBudgets } from './limits/learned/tenant-budget.ts';
import type { Kind } from './runs/kind.ts';
import type { Part } from './runs/part.ts';

/** A JSON API as a source of research, described by data. */
export interface SourceSettings {
  /** As people will name it: lower case letters, digits and hyphens. */
  readonly name: string;
  /** With `{question}`, and `{limit}` where it takes one; `${NAME}` is read from the environment. */
  readonly url: string;
  /** `${NAME}` is read from the environment, so that keys stay out of the file. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Where the list of items is, as JMESPath; an object's values count as a list. @default the whole answer */
  readonly items?: string | undefined;
  /** Where each part is in an item, as JMESPath. */
  readonly fields: {
    readonly title: string;
    readonly url: string;
    readonly text?: string;
    readonly year?: string;
    readonly doi?: string;
  };
  /** The named limit that its calls wait at. @default the one of its name, where there is one */
  readonly limit?: string | undefined;
}

/**
 * What `fanfold.config` may say: limits, sources, and kinds, parts, faces and workflows of one's own.
 *
 * @example const settings: FanfoldSettings = { limits: { openai: { concurrency: 8, perMinute: 500 } } };
 */
export interface FanfoldSettings {
  /** By the name that tasks give as their `limit`. */
  readonly limits?: Readonly<Record<string, LimitSettings>> | undefined;
  /** What the runs of each tenant may spend on models; that of `*` is each other tenant's own. */
  readonly budgets?: TenantBudgets | undefined;
  /** Sources of research beside those that fanfold brings. */
  readonly sources?: readonly SourceSettings[] | undefined;
  /** Kinds of run beside fanfold's own: a route and a client's `start` each. */
  readonly kinds?: readonly Kind[] | undefined;
  /** Activities for workers, with those that data may name. */
  readonly parts?: readonly Part[] | undefined;
  /** Commands and texts of kinds, for the shell. */
  readonly faces?: readonly Face[] | undefined;
  /** Agents of one's own, as `defineAgent` of `fanfold/agent` makes them: their kinds and parts. */
  readonly agents?: readonly { readonly kind: object; readonly part: object }[] | undefined;
  /**
   * Temporal's, for workers and for the commands' own client: with `payloadCodecs`, all that a run writes passes through
   * them. Programs that read its runs need the same.
   */
  readonly dataConverter?: DataConverter | undefined;
  /** A module that exports workflows of one's own, relative to the file; a worker serves them beside fanfold's. */
  readonly workflows?: string | undefined;
}

/**
 * For `fanfold.config.ts`: the settings as they are, with their type.
 *
 * @example export default defineConfig({ limits: { openai: { concurrency: 8, tokensPerMinute: 200_000 } } });
 */
export function defineConfig(settings: FanfoldSettings): FanfoldSettings {
  return settings;
}

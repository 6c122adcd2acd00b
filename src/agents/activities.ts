/** The activities of fanfold's agents: one line an agent. */
import type { Part } from '../runs/part.ts';
import type { Limits } from '../limits/learned/settings.ts';
import type { Settings } from '../settings.ts';
import type { Store } from '../store/store.ts';
import { resolve } from 'node:path';
import { loopPart } from './loop/activities/index.ts';
import { createReconcileActivities, reconcilePart } from './reconcile/activities/index.ts';
import { createResearchActivities, researchPart } from './research/activities/index.ts';
import { reviewPart } from './review/activities/index.ts';
import { createSupport } from './support/activities/index.ts';

/**
 * What the activities of fanfold's agents are made from.
 *
 * @example const options: AgentPartOptions = { home: '.fanfold', environment: process.env, limits: {}, settings: await readSettings() };
 */
export interface AgentPartOptions {
  /** Where indexes and databases are. */
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly limits: Limits;
  readonly settings: Pick<Settings, 'sources' | 'file'>;
  /** A store as one whose objects pass through the worker's payload codecs. @default as it is */
  readonly coded?: (store: Store) => Store;
}

/**
 * The activities of fanfold's agents, to serve with changes.
 *
 * @throws {SettingsError} for sources that cannot be meant
 * @example const worker = await createWorker({ connection, agents: agentParts({ home, environment: process.env, limits: {}, settings: await readSettings() }) });
 */
export function agentParts(given: AgentPartOptions): Part[] {
  return [
    researchPart(given),
    reviewPart(given),
    reconcilePart(given),
    loopPart({ support: createSupport(given) }, given.environment),
  ];
}

/**
 * Where fanfold's activities keep what they know, and what limits they are under.
 *
 * @example const options: ActivitiesOptions = { home: '.fanfold', limits: { openai: { concurrency: 4 } } };
 */
export interface ActivitiesOptions {
  /** Where indexes and caches live. @default `FANFOLD_HOME` or `.fanfold` */
  readonly home?: string;
  /** The named limits of the worker. @default those of `fanfold.config.ts` or `.json` */
  readonly limits?: Limits;
}

/**
 * fanfold's own activities, to spread beside one's own.
 *
 * @example const worker = await Worker.create({ activities: { ...createActivities(), score } });
 */
export function createActivities({
  home = resolve(process.env['FANFOLD_HOME'] ?? '.fanfold'),
  limits,
}: ActivitiesOptions = {}) {
  return {
    ...createResearchActivities({ home, limits }),
    ...createReconcileActivities({ home }),
  };
}

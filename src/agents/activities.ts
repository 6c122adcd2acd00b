/** The activities of fanfold's agents: one line an agent. */
import type { Part } from '../activities/part.ts';
import type { Limits } from '../limits/learned/settings.ts';
import type { Settings } from '../settings.ts';
import { loopPart } from './loop/activities/index.ts';
import { reconcilePart } from './reconcile/activities/index.ts';
import { researchPart } from './research/activities/index.ts';
import { reviewPart } from './review/activities/index.ts';
import { createSupport } from './support/activities/index.ts';

export interface AgentPartOptions {
  /** Where indexes and databases are. */
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly limits: Limits;
  readonly settings: Pick<Settings, 'sources' | 'file'>;
}

/** @throws {SettingsError} for sources that cannot be meant */
export function agentParts(given: AgentPartOptions): Part[] {
  return [
    researchPart(given),
    reviewPart(given.environment),
    reconcilePart(given),
    loopPart({ support: createSupport(given) }, given.environment),
  ];
}

/** What research needs of the worker, read from its settings. */
import type { Limits } from '../../../activities/index.ts';
import type { Sources } from './sources/index.ts';

export interface ResearchEquipment {
  readonly sources: Sources;
  readonly limits: Limits;
}

/** What research is asked. */
import type { Duration, RunContext } from '../../../index.ts';

/**
 * What research is asked.
 *
 * @example const input: ResearchInput = { question: 'How do herons fish?', sources: ['wikipedia', 'openalex'], depth: 2 };
 */
export interface ResearchInput extends RunContext {
  readonly question: string;
  /** Names of sources. @default the web sources and the local ones of the installation */
  readonly sources?: readonly string[];
  /** Folders of documents, each a source of its own. */
  readonly folders?: readonly string[];
  /** Levels of questions: 1 asks as it is; from 2 it is taken apart, and each further level follows up gaps. @default 1 */
  readonly depth?: number;
  /** Questions of a level at most, where there are levels. @default 3 */
  readonly breadth?: number;
  /** How long the plan waits to be seen and changed by a person before anything is asked, where there are levels. @default not at all */
  readonly reviewPlan?: Duration;
  /** Questions of the first level in place of a plan, where there are levels: those that a person made, in a redrive. @default it is planned */
  readonly planned?: readonly string[];
  /** Tokens that the model calls may cost together, where there are levels. @default 200000 */
  readonly tokenBudget?: number;
}

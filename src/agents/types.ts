/** The types that callers of fanfold's agents use: what each is asked, and what it answers. */
import type { ReconcileInput } from './reconcile/pure/types.ts';
import type { ResearchInput } from './research/pure/types.ts';
import type { ReviewInput } from './review/pure/types.ts';
import type { SupportInput } from './support/pure/types.ts';

export type { AgentOptions, SupportAnswer, SupportInput } from './support/pure/types.ts';
export type { Finding, Severity } from './review/pure/findings.ts';
export type { ReviewInput, ReviewReport } from './review/pure/types.ts';
export type { ResearchInput } from './research/pure/types.ts';
export type {
  ReconcileInput,
  ReconciliationAnswer,
  ReconciliationReport,
  SignOff,
  SignOffRequest,
  SourceFile,
} from './reconcile/pure/types.ts';

/** By the name of the kind. */
export interface AgentInputs {
  readonly research: ResearchInput;
  readonly review: ReviewInput;
  readonly support: SupportInput;
  readonly reconcile: ReconcileInput;
}

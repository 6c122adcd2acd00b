/** The report of a reconciliation for people and for other programs; the client and the service write it from here, and the shell the same. */
import type { Form } from '../../runs/kind.ts';
import { reconciliationDocument } from './document.ts';
import type { ReconcileInput } from './pure/types.ts';
import { differencesOf, isReconciliation } from './whole-report.ts';

export const reconcileForms = {
  csv: {
    summary: 'What did not match in a reconciliation as CSV, each line with what it may belong to',
    mediaType: 'text/csv',
    sight: 'reconciliation',
    write: (answer, { store, runId }) => (isReconciliation(answer) ? differencesOf(store, answer, runId) : undefined),
  },
  markdown: {
    summary: 'The report of a reconciliation as a document in Markdown',
    mediaType: 'text/markdown',
    sight: 'reconciliation',
    write: (answer) => (isReconciliation(answer) ? reconciliationDocument(answer) : undefined),
  },
} as const satisfies Record<string, Form<ReconcileInput>>;

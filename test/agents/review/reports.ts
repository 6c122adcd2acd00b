/** A report of findings, for the forms that are made of it. */
import type { Finding } from '../../../src/agents/review/pure/findings.ts';
import type { ReviewReport } from '../../../src/agents/review/pure/types.ts';

export function reportOf(findings: readonly Finding[]): ReviewReport {
  const count = (severity: Finding['severity']) => findings.filter((each) => each.severity === severity).length;
  return {
    findings,
    counts: { error: count('error'), warning: count('warning'), note: count('note') },
    files: 1,
    skipped: [],
    analysers: [],
    suppressed: {},
    estimate: null,
    outside: 0,
    cut: 0,
    model: null,
    missing: [],
    notes: [],
  };
}

/** Which findings are about security, by who says so and under which name. */
import { nameOf, type ReviewClaim } from './findings.ts';

const names =
  /^(?:ruff\/S\d+|secrets\/.*|gitleaks\/.*|semgrep\/.{0,300}?security.*|workflow\/.*|dockerfile\/(?:secret-in-image|remote-script|add-remote|world-writable)|text\/(?:private-key|hidden-direction)|model\/security|oxlint\/(?:no-eval|no-implied-eval|no-new-func|no-script-url)|syntax\/(?:eval|unbounded-copy|shell-command|sql-.*|weak-.*|insecure-.*|unsafe-.*|format-string|disabled-.*))$/;

export function isSecurity(finding: ReviewClaim): boolean {
  return names.test(nameOf(finding));
}

/** Whether it says that something secret stands in the source. */
export function isSecret({ tool, rule }: Pick<ReviewClaim, 'tool' | 'rule'>): boolean {
  return tool === 'secrets' || tool === 'gitleaks' || (tool === 'text' && rule === 'private-key');
}

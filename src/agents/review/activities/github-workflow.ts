/** Workflows of GitHub Actions: where what strangers write becomes a command, or their code gets the repository's rights. */
import type { ReviewClaim } from '../pure/findings.ts';

/** Fields of an event that anybody may fill: titles, bodies, names of branches, messages. */
const written =
  /\$\{\{[^}]{0,200}\bgithub\.(?:head_ref|event\.(?:issue|pull_request|comment|review|discussion|head_commit|commits|workflow_run|pages)[\w.[\]*]{0,80}\.(?:title|body|message|name|email|ref|label|head_branch|page_name)|event\.(?:issue|pull_request|comment|review|discussion)\.(?:title|body))\b/;
const theirCode = /\$\{\{[^}]{0,100}github\.(?:event\.pull_request\.head\.(?:sha|ref)|head_ref)/;

export function workflowRules(path: string, lines: readonly string[]): ReviewClaim[] {
  if (!/(?:^|\/)(?:\.github\/workflows\/[^/]{1,200}|action)\.ya?ml$/.test(path)) return [];
  const claims: ReviewClaim[] = [];
  const trusted = lines.some((line) => /^\s{0,20}(?:-\s{0,5})?["']?pull_request_target["']?\s{0,5}(?::|$)|^on:.{0,200}\bpull_request_target\b/.test(line));
  let block: number | undefined;
  lines.forEach((line, index) => {
    const indent = line.search(/\S/);
    if (block !== undefined && indent >= 0 && indent <= block) block = undefined;
    const step = /^(\s{0,100}(?:-\s{1,20})?)(?:run|script):(.*)$/.exec(line);
    if (step) block = step[1]?.length ?? 0;
    if ((block !== undefined || step) && written.test(line))
      claims.push({
        path,
        line: index + 1,
        column: line.indexOf('${{') + 1,
        severity: 'error',
        confidence: 0.9,
        tool: 'workflow',
        rule: 'script-injection',
        message:
          'What a stranger writes here becomes part of a command. Give it as an environment variable, and quote that',
      });
    if (trusted && /^\s{0,100}ref:/.test(line) && theirCode.test(line))
      claims.push({
        path,
        line: index + 1,
        severity: 'error',
        confidence: 0.8,
        tool: 'workflow',
        rule: 'untrusted-checkout',
        message: 'pull_request_target runs with the repository’s secrets, and this checks out the code of whoever asks',
      });
  });
  return claims;
}

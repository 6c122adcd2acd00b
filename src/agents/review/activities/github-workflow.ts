/** Workflows of GitHub Actions: where what strangers write becomes a command, or their code gets the repository's rights. */
import type { ReviewClaim } from '../pure/findings.ts';

/** Fields of an event that anybody may fill: titles, bodies, names of branches other than this repository's, messages. */
const written =
  /\$\{\{[^}]{0,200}\bgithub\.(?:head_ref|event\.(?!pull_request\.base\.)(?:issue|pull_request|comment|review|discussion|head_commit|commits|workflow_run|pages)[\w.[\]*]{0,80}\.(?:title|body|message|name|email|ref|label|head_branch|page_name)|event\.(?:issue|pull_request|comment|review|discussion)\.(?:title|body))\b/;
const theirCode = /\$\{\{[^}]{0,100}github\.(?:event\.pull_request\.head\.(?:sha|ref)|head_ref)/;

const trustedTrigger =
  /^\s{0,20}(?:-\s{0,5})?["']?pull_request_target["']?\s{0,5}(?::|$)|^on:.{0,200}\bpull_request_target\b/;

export function workflowRules(path: string, lines: readonly string[]): ReviewClaim[] {
  if (!/(?:^|\/)(?:\.github\/workflows\/[^/]{1,200}|action)\.ya?ml$/.test(path)) return [];
  const trusted = lines.some((line) => trustedTrigger.test(line));
  const inCommand = commandLines(lines);
  return lines.flatMap((line, index) => {
    const place = { path, line: index + 1, severity: 'error', tool: 'workflow' } as const;
    const injected = inCommand[index] && written.test(line);
    const checkedOut = trusted && /^\s{0,100}ref:/.test(line) && theirCode.test(line);
    return [
      ...(injected ? [{ ...place, ...injection, column: line.indexOf('${{') + 1 }] : []),
      ...(checkedOut ? [{ ...place, ...checkout }] : []),
    ];
  });
}

const injection = {
  rule: 'script-injection',
  confidence: 0.9,
  message: 'What a stranger writes here becomes part of a command. Give it as an environment variable, and quote that',
};
const checkout = {
  rule: 'untrusted-checkout',
  confidence: 0.8,
  message: 'pull_request_target runs with the repository’s secrets, and this checks out the code of whoever asks',
};

export const workflowRuleNames = [injection.rule, checkout.rule];

const field = /^\s{1,100}[a-z-]{1,40}:(?:\s|$)/;

/** Whether each line is part of a command or a script. */
function commandLines(lines: readonly string[]): boolean[] {
  let block: number | undefined;
  return lines.map((line, index) => {
    const indent = line.search(/\S/);
    if (block !== undefined && indent >= 0 && indent <= block) block = undefined;
    const step = /^(\s{0,100}(?:-\s{1,20})?)(?:run|script):(.{0,10})/.exec(line);
    // A job may be called so, and has fields below.
    if (step && !(step[2]?.trim() === '' && field.test(lines[index + 1] ?? ''))) block = step[1]?.length ?? 0;
    return block !== undefined;
  });
}

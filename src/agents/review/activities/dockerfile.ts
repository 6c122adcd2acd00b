/** A few things that are nearly always wrong in a Dockerfile. */
import type { ReviewClaim, Severity } from '../pure/findings.ts';

interface DockerRule {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** Of an instruction whose continued lines are one. */
  readonly pattern: RegExp;
}

const rules: readonly DockerRule[] = [
  {
    rule: 'remote-script',
    severity: 'warning',
    message: 'What the network answers at build time is run unseen. Fetch a version by its checksum, then run it',
    pattern: /^RUN\b.{0,1000}\b(?:curl|wget)\b[^|]{0,500}\|\s{0,5}(?:sudo )?(?:ba|z|da)?sh\b/i,
  },
  {
    rule: 'secret-in-image',
    severity: 'error',
    message:
      'A secret that is given as ENV or ARG stays in the image, for all who have it. Use RUN --mount=type=secret',
    pattern:
      /^(?:ENV|ARG)\s{1,20}[A-Z0-9_]{0,40}(?:PASSWORD|SECRET|TOKEN|API_?KEY)[A-Z0-9_]{0,40}[= ]\s{0,5}["']?(?!(?:true|false|yes|no|on|off|none|null|\d{1,6})["']?(?:\s|$))[^\s$"'{]/i,
  },
  {
    rule: 'add-remote',
    severity: 'warning',
    // A repository is fetched by git, at the revision behind the sign.
    message: 'ADD takes whatever the address answers, unchecked. Give --checksum, or fetch it in a RUN that checks it',
    pattern: /^ADD\s{1,20}(?!.{0,200}--checksum|\S{1,300}\.git(?:#|\s))https?:/i,
  },
  {
    rule: 'world-writable',
    severity: 'warning',
    message: 'Everybody may write there. Give the one user that needs it',
    pattern: /^RUN\b.{0,1000}\bchmod\s{1,5}(?:-R\s{1,5})?(?:0?777|a\+w|o\+w)\b/i,
  },
];

export const dockerRuleNames = rules.map(({ rule }) => rule);

export function dockerRules(path: string, lines: readonly string[]): ReviewClaim[] {
  return instructions(lines).flatMap(({ line, text }) =>
    rules
      .filter(({ pattern }) => pattern.test(text))
      .map(({ rule, severity, message }) => ({
        path,
        line,
        severity,
        confidence: 0.8,
        tool: 'dockerfile',
        rule,
        message,
      })),
  );
}

const longest = 4000;

/** Each with the line that it begins at. */
function instructions(lines: readonly string[]): { line: number; text: string }[] {
  const found: { line: number; text: string }[] = [];
  let open: { line: number; text: string } | undefined;
  lines.forEach((given, index) => {
    const text = given.trim().slice(0, longest);
    if (open === undefined && (text === '' || text.startsWith('#'))) return;
    if (text.startsWith('#')) return;
    if (open) open.text = `${open.text} ${text}`.slice(0, longest);
    else found.push((open = { line: index + 1, text }));
    if (text.endsWith('\\')) open.text = open.text.slice(0, -1);
    else open = undefined;
  });
  return found;
}

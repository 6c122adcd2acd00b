/**
 * Keys and passwords in text: found so that they are reported, and masked so that no model and no report holds them.
 * The surprising rule: whoever shows or sends a line of a reviewed file takes it from {@link masked}, never from the file.
 */
import type { Severity } from './findings.ts';

export interface SecretRule {
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: number;
  readonly message: string;
  /** What is secret is its first group, or all of it; every repetition has a bound, as anybody may have written the text. */
  readonly pattern: RegExp;
  /** The text must look random, since names and words stand in such places too. */
  readonly random?: true;
}

/** Characters of a line that are read and shown; what follows is truncated. */
export const longestSecretLine = 4000;

const key = (rule: string, message: string, pattern: RegExp): SecretRule => {
  return {
    rule,
    severity: 'error',
    confidence: 0.9,
    message: `${message} is in the source. Revoke it, and read it from the environment`,
    pattern,
  };
};

export const secretRules: readonly SecretRule[] = [
  key('aws-access-key', 'An access key of AWS', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g),
  key('github-token', 'A token of GitHub', /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})\b/g),
  key('gitlab-token', 'A token of GitLab', /\bglpat-[A-Za-z0-9_-]{20,100}/g),
  key('slack-token', 'A token of Slack', /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/g),
  key('slack-webhook', 'An address that writes to Slack', /hooks\.slack\.com\/services\/([A-Za-z0-9/]{20,100})/g),
  key('stripe-key', 'A live key of Stripe', /\b[sr]k_live_[A-Za-z0-9]{16,250}/g),
  key('model-key', 'A key of a model endpoint', /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,250}/g),
  key('google-key', 'A key of Google', /\bAIza[A-Za-z0-9_-]{35}/g),
  key('npm-token', 'A token of npm', /\bnpm_[A-Za-z0-9]{36}\b/g),
  key('pypi-token', 'A token of PyPI', /\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,500}/g),
  key('sendgrid-key', 'A key of SendGrid', /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/g),
  key('azure-key', 'A key of Azure storage', /\bAccountKey=([A-Za-z0-9+/=]{80,120})/g),
  {
    ...key(
      'signed-token',
      'A signed token (JWT)',
      /\beyJ[A-Za-z0-9_-]{10,500}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,1000}/g,
    ),
    severity: 'warning',
    confidence: 0.7,
  },
  {
    ...key(
      'password-in-address',
      'A password in an address',
      /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/'"]{1,80}:([^\s@/'"]{6,200})@[A-Za-z0-9.-]{2,100}/g,
    ),
    severity: 'warning',
    confidence: 0.7,
    random: true,
  },
  {
    ...key(
      'password',
      'What looks like a password or key',
      /(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)[A-Za-z0-9_]{0,20}["']?[ \t]{0,5}[:=]{1,2}>?[ \t]{0,5}["'`]([^"'`\s]{10,200})["'`]/gi,
    ),
    severity: 'warning',
    confidence: 0.6,
    random: true,
  },
];

export interface Secret {
  readonly rule: SecretRule;
  /** From 0, in the line. */
  readonly start: number;
  readonly end: number;
}

/** Shorter than any that a rule looks for; most lines of some files are blank. */
const shortestSecret = 8;

/** What is secret in a line, in the order of the rules. */
export function secretsIn(line: string): Secret[] {
  if (line.length < shortestSecret) return [];
  const text = line.slice(0, longestSecretLine);
  return secretRules.flatMap((rule) => {
    return [...text.matchAll(rule.pattern)].flatMap((match): Secret[] => {
      const value = match[1] ?? match[0];
      const start = match.index + match[0].lastIndexOf(value);
      return isPlaceholder(value) || (rule.random && !isRandom(value))
        ? []
        : [{ rule, start, end: start + value.length }];
    });
  });
}

/** What examples and templates hold in place of a secret. */
function isPlaceholder(value: string): boolean {
  return /example|placeholder|changeme|your[_-]|xxxx|\*\*\*|\.\.\.|<|\$\{|\{\{|%[sd(]|^\$|(.)\1{7}/i.test(value);
}

/** Letters and digits mixed, or spread as wide as chance spreads them. */
function isRandom(value: string): boolean {
  if (/^[a-z][a-z_.\-/ ]*$/i.test(value) && !/\d/.test(value)) return entropy(value) > 4;
  return /[A-Za-z]/.test(value) && /\d/.test(value) && entropy(value) >= 3;
}

/** Bits a character. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / value.length;
    return sum - share * Math.log2(share);
  }, 0);
}

const mask = '[secret]';
const privateKey = /-----BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY/;

/** The lines with every secret masked: as many lines as before, each truncated to {@link longestSecretLine}. */
export function masked(lines: readonly string[]): string[] {
  let inKey = false;
  return lines.map((line) => {
    const within = inKey;
    if (privateKey.test(line)) inKey = true;
    if (inKey && /-----END /.test(line)) inKey = false;
    return within ? mask : maskedLine(line);
  });
}

function maskedLine(line: string): string {
  const text = line.slice(0, longestSecretLine);
  let shown = '';
  let at = 0;
  for (const { start, end } of secretsIn(text).toSorted((a, b) => a.start - b.start)) {
    // The same characters may be secret by two rules.
    if (end <= at) continue;
    shown += text.slice(at, Math.max(at, start)) + mask;
    at = end;
  }
  return (shown + text.slice(at)).replace(/(-----BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY-----).+/, `$1${mask}`);
}

/**
 * Keys and passwords in text: found so that they are reported, and masked so that no model and no report holds them.
 * The surprising rule: whoever shows or sends a line of a reviewed file takes it from {@link masked}, never from the file.
 */

import { endOfEncoded, mask, withoutEncoded } from './encoded-secrets.ts';
import { hiddenRules } from './hidden-secrets.ts';
import { looksLike } from './secret-values.ts';

export interface SecretRule {
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  readonly confidence: number;
  readonly message: string;
  /** What is secret is its first group, or all of it; every repetition has a bound, as anybody may have written the text. */
  readonly pattern: RegExp;
  /** The text must look random, since names and words stand in such places too. */
  readonly random?: boolean;
  /** It says so of data alone: in code the same form is an expression. It is masked in both. */
  readonly ofData?: true;
  /** It is masked and never reported, as it is often something else. */
  readonly unsaid?: true;
  /** What must be true of what is secret besides. */
  readonly when?: (value: string) => boolean;
}

/** Characters of a line that are read and shown; what follows is truncated. */
export const longestSecretLine = 4000;

const key = (rule: string, message: string, pattern: RegExp): SecretRule => ({
  rule,
  severity: 'error',
  confidence: 0.9,
  message: `${message} is in the source. Revoke it, and read it from the environment`,
  pattern,
});

const password = (pattern: RegExp): SecretRule => ({
  ...key('password', 'What looks like a password or key', pattern),
  severity: 'warning',
  confidence: 0.6,
  random: true,
});

export const secretRules: readonly SecretRule[] = [
  key('aws-access-key', 'An access key of AWS', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g),
  key('github-token', 'A token of GitHub', /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})\b/g),
  key('gitlab-token', 'A token of GitLab', /\bglpat-[A-Za-z0-9_-]{20,100}/g),
  key('slack-token', 'A token of Slack', /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/g),
  key(
    'slack-webhook',
    'An address that writes to Slack',
    /hooks\.slack\.com\/services\/(T[A-Za-z0-9_]{6,14}\/B[A-Za-z0-9_]{6,14}\/[A-Za-z0-9_]{20,40})/g,
  ),
  key('stripe-key', 'A live key of Stripe', /\b[sr]k_live_[A-Za-z0-9]{16,250}/g),
  // Names of styles begin so too.
  { ...key('model-key', 'A key of a model endpoint', /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,250}/g), random: true },
  key('google-key', 'A key of Google', /\bAIza[A-Za-z0-9_-]{35}/g),
  key('npm-token', 'A token of npm', /\bnpm_[A-Za-z0-9]{36}\b/g),
  key('pypi-token', 'A token of PyPI', /\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,500}/g),
  key('sendgrid-key', 'A key of SendGrid', /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/g),
  // The one of the emulator, which its documentation gives to everybody, is none.
  key(
    'azure-key',
    'A key of Azure',
    /\b(?:AccountKey|SharedAccessKey)=(?!Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT)([A-Za-z0-9+/=]{40,120})/g,
  ),
  key('huggingface-token', 'A token of Hugging Face', /\bhf_[A-Za-z0-9]{30,40}\b/g),
  key('digitalocean-token', 'A token of DigitalOcean', /\bdo[opr]_v1_[a-f0-9]{64}\b/g),
  key('grafana-token', 'A token of Grafana', /\bgl(?:sa|c)_[A-Za-z0-9+/_]{32,200}/g),
  key('shopify-token', 'A token of Shopify', /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b/g),
  key('databricks-token', 'A token of Databricks', /\bdapi[a-f0-9]{32}\b/g),
  key('telegram-token', 'A token of a Telegram bot', /\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b/g),
  key('twilio-key', 'A key of Twilio', /\bSK[0-9a-f]{32}\b/g),
  key('mailgun-key', 'A key of Mailgun', /\bkey-[0-9a-f]{32}\b/g),
  key('age-key', 'A key of age', /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/g),
  key(
    'discord-webhook',
    'An address that writes to Discord',
    /discord(?:app)?\.com\/api\/webhooks\/(\d{10,20}\/[A-Za-z0-9_-]{40,100})/g,
  ),
  {
    ...key(
      'authorization',
      'What a caller proves itself by',
      /\b(?:Bearer|Basic)[ \t]{1,3}([A-Za-z0-9+/_=.-]{20,1000})/g,
    ),
    severity: 'warning',
    confidence: 0.7,
    random: true,
  },
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
      /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/'"]{1,80}:([^\s@/'"]{6,200})@[A-Za-z0-9.[-]/g,
    ),
    severity: 'warning',
    confidence: 0.7,
    random: true,
  },
  // What a column, a field or a header is called is no secret, nor is what a key is known by; they are masked nevertheless.
  password(
    /(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)(?![A-Za-z0-9_]{0,13}(?:column|field|header|name|label|path|url|type|param|cookie)["'\s:=])(?!(?<=key)_?id["'\s:=])[A-Za-z0-9_]{0,20}["']?[ \t]{0,5}[:=]{1,2}>?[ \t]{0,5}["'`]([^"'`\s]{10,200})["'`]/gi,
  ),
  {
    ...password(
      /(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)[A-Za-z0-9_]{0,20}["']?[ \t]{0,5}[:=]{1,2}>?[ \t]{0,5}["'`]([^"'`\s]{10,200})["'`]/gi,
    ),
    unsaid: true,
  },
  {
    ...password(
      /^\s{0,40}(?:(?:export|ENV|ARG|-)[ \t]{1,5})?[\w.-]{0,60}(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)[\w.-]{0,20}[ \t]{0,5}[:= ][ \t]{0,5}([A-Za-z0-9+/_=!@#%^&*~-]{12,200})(?:\s{1,20}#.{0,500}|\s{0,20})$/gi,
    ),
    ofData: true,
  },
  // Of a database: `Server=db;User ID=sa;Password=…`.
  password(/;[ \t]{0,3}(?:password|pwd)[ \t]?=[ \t]?([^;"'`\s]{6,200})/gi),
  // Given to a program: `curl -u name:…`, `mysql -p…`.
  password(/\bcurl\b[^|;]{0,200}?\s(?:-u|--user)[ =]{0,2}["']?[\w.@-]{1,80}:([^\s"'`]{6,200})/g),
  password(/\b(?:mysql|mariadb)\w{0,20}\b[^|;]{0,200}?\s(?:-p|--password=)([^\s"'`]{6,200})/g),
  {
    ...key(
      'encoded',
      'A key or password, encoded as Base64,',
      /["'`=:\s]([A-Za-z0-9+/]{16,600}={0,2})(?![A-Za-z0-9+/=])/g,
    ),
    severity: 'warning',
    confidence: 0.7,
    when: holdsSecret,
  },
  ...hiddenRules.map((rule) => ({ ...password(rule.pattern), ...rule, unsaid: true as const })),
];

export interface Secret {
  readonly rule: SecretRule;
  /** From 0, in the line. */
  readonly start: number;
  readonly end: number;
}

/** Shorter than any that a rule looks for; most lines of some files are blank. */
const shortestSecret = 8;

/**
 * What is secret in a line, in the order of the rules.
 *
 * @param said whether it is to be reported: what is then taken for a name or a label is masked all the same
 */
export function secretsIn(line: string, said = true): Secret[] {
  if (line.length < shortestSecret) return [];
  const text = line.slice(0, longestSecretLine);
  return secretRules.flatMap((rule) => {
    if (said && rule.unsaid) return [];
    return [...text.matchAll(rule.pattern)].flatMap((match): Secret[] => {
      const value = match[1] ?? match[0];
      const start = match.index + match[0].lastIndexOf(value);
      const isNone =
        looksLike.aPlaceholder(value) || (rule.random && !looksLike.chance(value)) || rule.when?.(value) === false;
      return isNone || (said && looksLike.harmless(value, rule.random))
        ? []
        : [{ rule, start, end: start + value.length }];
    });
  });
}

/** Whether a text in Base64 is a key by its form, or a name and a password as programs encode both. */
/** What a service calls a thing of its own, by kind and number, and where another is to be reached. */
const names =
  /^(?:[A-Z][A-Za-z]{1,60}:(?:\d{1,20}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|[a-z][a-z0-9+.-]{1,20}:\/\/[^@\s]{1,200})$/;

function holdsSecret(encoded: string): boolean {
  const text = decoded(encoded);
  if (text === undefined || !/^[\t\n\r\u0020-\u007E]{8,}$/.test(text)) return false;
  if (/^[\w.@+-]{1,80}:\S{6,200}$/.test(text)) return !looksLike.aPlaceholder(text) && !names.test(text);
  return secretRules.some(({ severity, pattern }) => severity === 'error' && text.search(pattern) !== -1);
}

function decoded(encoded: string): string | undefined {
  try {
    return atob(encoded);
  } catch {
    return undefined;
  }
}

const privateKey = /-----BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY/;
const keyText = /[A-Za-z0-9+/=]{20}/;
/** Headers and a blank line may stand above the key itself. */
const mostHeaders = 4;

/**
 * The lines with every secret masked: as many lines as before, each truncated to {@link longestSecretLine}.
 *
 * @param lines of a whole file, since what is within a private key is known by its first line
 */
export function masked(lines: readonly string[]): string[] {
  let inKey = false;
  let encodedUntil = 0;
  return lines.map((line, index) => {
    const within = inKey;
    if (index >= encodedUntil) encodedUntil = endOfEncoded(lines, index, speaksOfSecret);
    if (index < encodedUntil) return mask;
    // Code that only speaks of keys has none below.
    if (privateKey.test(line)) inKey = lines.slice(index + 1, index + 1 + mostHeaders).some(isKeyText);
    if (inKey && /-----END /.test(line)) inKey = false;
    return within ? mask : maskedLine(line);
  });
}

function isKeyText(line: string): boolean {
  return keyText.test(line.slice(0, longestSecretLine));
}

/** One text of an analyser or a model, which may quote a line. */
export function maskedText(text: string): string {
  return maskedLine(text);
}

/** Of what was encoded. */
function speaksOfSecret(text: string): boolean {
  return (
    privateKey.test(text) || text.split('\n').some((line) => maskedLine(line) !== line.slice(0, longestSecretLine))
  );
}

function maskedLine(line: string): string {
  const text = withoutEncoded(line.slice(0, longestSecretLine), speaksOfSecret);
  let shown = '';
  let at = 0;
  for (const { start, end } of secretsIn(text, false).toSorted((a, b) => a.start - b.start)) {
    // The same characters may be secret by two rules.
    if (end <= at) continue;
    shown += text.slice(at, Math.max(at, start)) + mask;
    at = end;
  }
  return (shown + text.slice(at)).replace(
    /(-----BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----).+/,
    `$1${mask}`,
  );
}

/** Secrets in Base64: a key with its first line, a name with a password, or settings that hold one, of whatever length. */

/** What stands in place of a secret. */
export const mask = '[secret]';

/** Whether a text has something to mask. */
type SpeaksOfSecret = (text: string) => boolean;

const run = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{8,4000}={0,2}/g;
/** The text of `auth` may be shorter than words are. */
const shortRun = /(auth["']?[ \t]{0,3}[:=][ \t]{0,3}["'])([A-Za-z0-9+/]{4,8}={0,2})(?=["'])/gi;
/** What a private key without its first line begins with: PKCS #1 and #8, elliptic curves, and OpenSSH. */
const bareKey =
  /(?<![A-Za-z0-9+/])(?:MII[A-Z][A-Za-z0-9+/]{2}IBA[AD]|MHcCAQEEI|MI[GH][A-Za-z0-9]AgE[AB]M|MC4CAQAwBQYDK2V|b3BlbnNzaC1rZXktdjEA)[A-Za-z0-9+/=]{16,4000}/g;

/** A line with all masked that is a secret once it is decoded. */
export function withoutEncoded(line: string, speaksOfSecret: SpeaksOfSecret): string {
  return line
    .replace(bareKey, mask)
    .replace(shortRun, (all: string, before: string, value: string) =>
      isPair(decoded(value) ?? '') ? before + mask : all,
    )
    .replace(run, (value: string) => (isSecret(value, speaksOfSecret) ? mask : value));
}

const encodedLine = /^\s{0,80}[A-Za-z0-9+/]{20,1000}={0,2}\s{0,5}$/;
const lastLine = /^\s{0,80}[A-Za-z0-9+/]{1,1000}={0,2}\s{0,5}$/;
/** Of one text in Base64 that is wrapped: of 76 characters each it is a key of any usual length, or the settings of a program. */
const mostLines = 200;

/**
 * Behind the last line of a wrapped text in Base64 that begins with this one and is secret, or the line itself where there is none.
 *
 * @param at from 0
 */
export function endOfEncoded(lines: readonly string[], at: number, speaksOfSecret: SpeaksOfSecret): number {
  if (isEncoded(lines[at - 1]) || !isEncoded(lines[at])) return at;
  let end = at + 1;
  while (end - at < mostLines && isEncoded(lines[end])) end++;
  if (lastLine.test(lines[end] ?? '')) end++;
  const text = lines
    .slice(at, end)
    .map((line) => line.trim())
    .join('');
  return isSecret(text, speaksOfSecret) ? end : at;
}

function isEncoded(line = ''): boolean {
  return encodedLine.test(line);
}

function isSecret(encoded: string, speaksOfSecret: SpeaksOfSecret): boolean {
  const text = decoded(encoded);
  return text !== undefined && (isPair(text) || speaksOfSecret(text));
}

/** A name and a password as programs encode both. */
function isPair(text: string): boolean {
  return /^[\w.@+-]{1,80}:[!-~]{1,200}$/.test(text);
}

/** Undefined where it is no text; of one that is truncated, what is there. */
function decoded(encoded: string): string | undefined {
  const plain = encoded
    .replace(/={1,2}$/, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/');
  try {
    const text = atob(plain.length % 4 === 1 ? plain.slice(0, -1) : plain);
    return /^[\t\n\r -~\u0080-\u00FF]+$/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

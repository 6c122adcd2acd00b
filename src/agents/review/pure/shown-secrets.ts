/**
 * Keys that stand in a source and are no secret, as what is beside them says: the example of a pattern, one that the comment
 * says is none, and keys that every browser or phone is given. They are masked all the same.
 */

/** A class of characters with a count, as patterns of tokens have: `[A-Za-z0-9_]{36}`. */
const patternOfTokens = /\[(?:[^\]\s]{0,40}(?:a-[zf]|0-9)[^\]\s]{0,40}|\\w)\]\{\d{1,3}(?:,\d{0,3})?\}/i;
/** Lines of an example below its pattern. */
const below = 3;
/** Said behind the key, not within a name. */
const saidToBeNone = /(?:\/\/|#|\/\*|--|<!--|;|%).{0,200}\b(?:not (?:a )?(?:real|valid)|fake|dummy|expired|revoked)\b/i;

/** Files of Firebase for an app: "API keys for Firebase services are OK to include in code", as its documentation has it. */
const ofFirebase = /(?:^|\/)(?:google-services\.json|GoogleService-Info\.plist)$/;
const besideFirebase = /\b(?:authDomain|messagingSenderId|firebaseapp\.com|firebaseio\.com|appspot\.com)\b/;
/** A key that may only search is made for pages; one that may write is called so. */
const besideSearch = /\b(?:algolia|docsearch)/i;
const mayWrite = /admin|write|secret/i;
/** Lines around a key in which its service is named. */
const near = 6;
const longestLine = 2000;

/** @param index of its line */
export function isShown(rule: string, path: string, lines: readonly string[], index: number): boolean {
  const around = (before: number, after: number): string[] =>
    lines.slice(Math.max(0, index - before), index + after + 1).map((line) => line.slice(0, longestLine));
  const [own = ''] = around(0, 0);
  if (saidToBeNone.test(own) || around(below, 0).some((line) => patternOfTokens.test(line))) return true;
  const isOfGoogle = rule === 'google-key' || (rule === 'password' && /\bAIza/.test(own));
  if (isOfGoogle) return ofFirebase.test(path) || around(near, near).some((line) => besideFirebase.test(line));
  const isOfSearch = rule === 'password' && /api_?-?key/i.test(own) && !mayWrite.test(own);
  return isOfSearch && around(near, near).some((line) => besideSearch.test(line));
}

/**
 * Where in a store what belongs to a run lies, so that one listing finds it all and cleaning up knows whose it is.
 * An id too long for a segment is truncated and hashed, and only then cannot be read back from a key.
 */
import { createHash } from 'node:crypto';

/** What `~` marks: everything else encodes it. */
const hashed = '~';
/** What no other text is encoded as. */
const empty = '%';
const maxSegment = 200;
const kept = 120;

export const payloads = 'payloads/';
export const pages = 'runs/';
/** Payloads of nothing that has a history: nobody can know when they are over, so they stay. */
export const strayPrefix = 'stray/';

/** `runs/<namespace>/<workflow id>/`: pages of a run. Node only: the sandbox of workflows has no hashes. */
export function runPrefix(namespace: string, workflowId: string): string {
  return `${pages}${toSegment(namespace)}/${toSegment(workflowId)}/`;
}

/** `payloads/<namespace>/<workflow id>/<part>/`: payloads that are too large for a history. */
export function payloadPrefix(namespace: string, workflowId: string, part: string): string {
  return `${payloads}${toSegment(namespace)}/${toSegment(workflowId)}/${toSegment(part)}/`;
}

/** Any text as one segment of a key, and never two texts as the same one. */
export function toSegment(text: string): string {
  const plain = encodeURIComponent(text)
    .replaceAll(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/^\.{0,2}$/, (dots) => '%2E'.repeat(dots.length) || empty);
  if (plain.length <= maxSegment) return plain;
  return plain.slice(0, kept) + hashed + createHash('sha256').update(text).digest('hex');
}

/** The id that a segment was made of; what is known of its beginning where it was too long. */
export function fromSegment(segment: string): { readonly id: string } | { readonly start: string } {
  if (segment === empty) return { id: '' };
  const [plain = '', hash] = segment.split(hashed);
  if (hash === undefined) return { id: decodeURIComponent(plain) };
  // As far as it needs no decoding, since a character may have been truncated.
  return { start: /^[\w.-]*/.exec(plain)?.[0] ?? '' };
}

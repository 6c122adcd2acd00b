/** Failures grouped by their cause: the same error with another number, id, host or address in it is one cause, and so is one that names its task. */
import { keyOf, type Row } from './rows.ts';

export interface Cause {
  readonly key: string;
  /** How it ended: failed, timed out, cancelled, never started. */
  readonly kind: string;
  readonly name: string;
  /** Of the first task that has it. */
  readonly message: string;
  readonly ids: readonly string[];
}

/** Beyond so many characters two messages are taken as one. */
const maxCharacters = 300;
const kinds = {
  failed: 'failed',
  timedOut: 'timed out',
  cancelled: 'was cancelled',
  notStarted: 'never started',
} as const;

/** The most frequent first. */
export function causesOf(rows: readonly Row[]): Cause[] {
  const found = new Map<string, { kind: string; name: string; message: string; ids: string[] }>();
  for (const row of rows) {
    const { id, state, error, message = '' } = row;
    if (!error && state !== 'failed') continue;
    const { kind, name, message: said } = error ?? { kind: 'failed' as const, name: '', message };
    const key = `${kind} ${name} ${sameText(said, id)}`;
    const cause = found.get(key) ?? { kind: kinds[kind], name, message: said, ids: [] };
    cause.ids.push(keyOf(row));
    found.set(key, cause);
  }
  return [...found].map(([key, cause]) => ({ key, ...cause })).toSorted((a, b) => b.ids.length - a.ids.length);
}

function sameText(text: string, id: string): string {
  const plain = text
    .slice(0, maxCharacters)
    .toLowerCase()
    .replaceAll(/https?:\/\/[^\s'"]{1,200}/g, '<address>')
    .replaceAll(/'[^']{0,200}'|"[^"]{0,200}"/g, '<name>')
    .replaceAll(/(?:[\w-]{1,63}\.){1,10}[a-z]{2,24}\b/g, '<host>');
  return withoutId(plain, id.toLowerCase())
    .replaceAll(/[0-9a-f]{8,}/g, '<id>')
    .replaceAll(/\d+(?:\.\d+)?/g, '<number>');
}

/** Of fewer characters an id is found in words that mean something else. */
const leastOfId = 3;

/** An id is written in other ways, too: `europe-pmc` in `EUROPE_PMC_URL`. */
function withoutId(text: string, id: string): string {
  if (id.length < leastOfId) return text;
  return [id, id.replaceAll('-', '_')].reduce((rest, each) => rest.replaceAll(each, '<task>'), text);
}

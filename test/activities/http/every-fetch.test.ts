/** Where fanfold opens an address by itself: in the guarded room, or at a place that says how it is held. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../../../src', import.meta.url));

/** Each with what holds it; a new place goes through `guardedFetch`, or says here why it need not. */
const known: Readonly<Record<string, RegExp>> = {
  // The guarded room itself: it follows redirects one by one.
  'activities/http/guarded.ts': /redirect: 'manual'/,
  // A POST to the address of the agent's own definition: a redirect is an answer that refuses it.
  'agents/loop/hand-over.ts': /redirect: 'manual'/,
  // The SDK of this very process, which shows its metrics to nobody else.
  'cli/monitoring.ts': /`127\.0\.0\.1:/,
  // The program of the server from addresses that are written there, before any run; what came is checked.
  'dev-server/fetch-binary.ts': /https:\/\//,
};

/** Calls in code, not in the examples of comments. */
function callsIn(text: string): boolean {
  return text
    .split('\n')
    .some(
      (line) => !/^\s*(\*|\/)/.test(line) && /(?<![.\w])fetch\(/.test(line.replace(/\bfetch\(folder: string\)/, '')),
    );
}

test('nothing but the guarded room opens an address that configuration or data brings', () => {
  const files = readdirSync(src, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.ts'));
  const found = files.filter((file) => callsIn(readFileSync(join(src, file), 'utf8')));
  expect(found.toSorted()).toEqual(Object.keys(known).toSorted());
  for (const [file, held] of Object.entries(known)) expect(readFileSync(join(src, file), 'utf8')).toMatch(held);
});

test('the client of models takes no redirect, which would carry its key along', () => {
  expect(readFileSync(join(src, 'agents/model/endpoint.ts'), 'utf8')).toContain("redirect: 'error'");
});

/**
 * `fetch` whose signal ends an answer for as long as it is read.
 * Node's own (up to at least 20.20) forgets the signal once garbage is collected after the headers: a body that hangs is then never left.
 */

/**
 * Undici's, as a package; it takes and gives what the global one does.
 *
 * @example const response = await (await ownFetch())('https://example.org', { signal: currentSignal() });
 */
export async function ownFetch(): Promise<typeof globalThis.fetch> {
  const { fetch } = await import('undici');
  return fetch as typeof globalThis.fetch;
}

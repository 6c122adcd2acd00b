/** The one error of this folder; the CLI turns it into exit code 3, so nothing else may be thrown for "no server". */
export class ServerUnavailableError extends Error {
  override readonly name = 'ServerUnavailableError';
}

/** Some words on anything thrown, going down to the cause that says most (`fetch failed` says nothing). */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error && error.message === 'fetch failed') return reason(error.cause);
  return error.message || ('code' in error ? String(error.code) : error.name);
}

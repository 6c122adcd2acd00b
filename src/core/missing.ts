/** Whether something is not there, or could not be looked at: only the first may be read as absence. */

/** No such file, a file where a folder was asked for, or the other way round. */
const missing = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

/**
 * The system's name for what went wrong, such as `EACCES`.
 *
 * @example const why = `it cannot be opened (${systemCode(error)})`;
 */
export function systemCode(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}

/**
 * Whether an error is that there is no such file.
 *
 * @example if (!isMissing(error)) throw error;
 */
export function isMissing(error: unknown): boolean {
  return missing.has(systemCode(error));
}

/**
 * Undefined where there is no such file; any other error says nothing of whether there is, and is thrown.
 *
 * @example const facts = await unlessMissing(stat(path));
 */
export async function unlessMissing<R>(work: Promise<R>): Promise<R | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * As {@link unlessMissing}, of what answers at once.
 *
 * @example const text = nowUnlessMissing(() => readFileSync(path, 'utf8'));
 */
export function nowUnlessMissing<R>(look: () => R): R | undefined {
  try {
    return look();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

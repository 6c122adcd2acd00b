/** The version of the package, read from where it is installed. */
import { readFileSync } from 'node:fs';

/**
 * The version of this package.
 *
 * @example await write(`fanfold ${version()}\n`);
 */
export function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

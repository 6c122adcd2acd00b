/** The version of the package, read from where it is installed. */
import { packageFacts } from '../packages/files.ts';

/**
 * The version of this package.
 *
 * @example await write(`fanfold ${version()}\n`);
 */
export function version(): string {
  return packageFacts().version;
}

/**
 * That there is one copy of Temporal's SDK: what one copy made, another takes for something strange, and says so in words
 * that nobody understands.
 */
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtFile } from './files.ts';

const remedy =
  'Install one: give all @temporalio packages of your project the same version, 1.21.0 or newer, and run `npm dedupe`; `npm ls @temporalio/common` shows who brings which';

/**
 * Refuses what another copy of the SDK made.
 *
 * @param what names it, such as `connection`
 * @throws {TypeError} naming it, and what to do
 */
export function assertOneSdk(
  what: string,
  value: object,
  own: { readonly name: string; [Symbol.hasInstance](tried: unknown): boolean },
): void {
  if (own[Symbol.hasInstance](value) || value.constructor.name !== own.name) return;
  throw new TypeError(
    `\`${what}\` was made by another copy of Temporal's SDK than the one that fanfold found. ${remedy}`,
  );
}

/** Says once, whichever entry comes first, that project and fanfold find different copies; the command brings its own. */
function warnOfTwoSdks(): void {
  const [ours, theirs] = [fileURLToPath(import.meta.url), join(process.cwd(), 'package.json')].map(commonFrom);
  if (ours === undefined || theirs === undefined || ours.file === theirs.file || isCommand()) return;
  process.emitWarning(
    `There are two copies of Temporal's SDK: your project finds ${theirs.version}, fanfold ${ours.version}. ${remedy}`,
    { code: 'FANFOLD_TWO_SDKS' },
  );
}

function commonFrom(file: string): { readonly file: string; readonly version: string } | undefined {
  try {
    const require = createRequire(file);
    const found = realpathSync(require.resolve('@temporalio/common/package.json'));
    return { file: found, version: (require(found) as { version: string }).version };
  } catch {
    return undefined;
  }
}

function isCommand(): boolean {
  const [, script] = process.argv;
  try {
    return script !== undefined && realpathSync(script) === fileURLToPath(builtFile('cli.js'));
  } catch {
    return false;
  }
}

warnOfTwoSdks();

/** One folder for all that a run of the tests leaves behind, which goes with the process that runs them. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const temporaryFolder = mkdtempSync(join(tmpdir(), 'fanfold-tests-'));
// PostgreSQL runs as a user of its own, who must reach its folder.
chmodSync(temporaryFolder, 0o755);
process.env['TMPDIR'] = temporaryFolder;
process.once('exit', () => {
  try {
    rmSync(temporaryFolder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // What a process that outlives the tests still writes stays, and fails no test.
  }
});

/** Hadolint over Dockerfiles, with settings of ours. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { claimOf, pathsOf, type InstalledAnalyser } from './installed.ts';
import { nameIn } from './run.ts';

const hadolintSays = z.array(
  z.object({
    file: z.string(),
    line: z.number(),
    column: z.number(),
    level: z.string(),
    code: z.string(),
    message: z.string(),
  }),
);

export const hadolint: InstalledAnalyser = {
  program: 'hadolint',
  wants: ({ language }) => language === 'dockerfile',
  async call(call) {
    const settings = join(call.folder, 'hadolint.yaml');
    await writeFile(settings, 'ignored: []\n');
    return {
      args: ['--no-color', '--no-fail', '--format', 'json', '--config', settings, ...pathsOf(call)],
      cwd: call.folder,
    };
  },
  read: ({ stdout, call }) => ({
    claims: hadolintSays
      .parse(JSON.parse(stdout))
      .map(({ file, code, ...said }) =>
        claimOf('hadolint', { ...said, path: nameIn(call.root, file, call.folder), rule: code }),
      ),
  }),
};

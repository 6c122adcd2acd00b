/** ShellCheck over shell scripts, without the settings that lie beside them. */
import { z } from 'zod';
import { claimOf, pathsOf, type InstalledAnalyser } from './installed.ts';
import { nameIn } from './run.ts';

const shellcheckSays = z.object({
  comments: z.array(
    z.object({
      file: z.string(),
      line: z.number(),
      endLine: z.number(),
      column: z.number(),
      level: z.string(),
      code: z.number(),
      message: z.string(),
    }),
  ),
});

export const shellcheck: InstalledAnalyser = {
  program: 'shellcheck',
  wants: ({ language }) => language === 'bash',
  call: (call) => ({
    args: ['--format=json1', '--norc', '--severity=warning', '--', ...pathsOf(call)],
    cwd: call.folder,
  }),
  read: ({ stdout, call }) => ({
    claims: shellcheckSays.parse(JSON.parse(stdout)).comments.map(({ file, code, ...said }) =>
      claimOf('shellcheck', {
        ...said,
        path: nameIn(call.root, file),
        rule: `SC${code}`,
        url: `https://www.shellcheck.net/wiki/SC${code}`,
      }),
    ),
  }),
};

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

/** How lists are made and split and patterns written, what each shell has beyond its standard, and what follows from other files not being read. */
const style = 'SC1008,SC1071,SC1090,SC1091,SC1087,SC2046,SC2048,SC2148,SC2206,SC2207,SC2254,SC3043';
/** A script that another one reads sets names for that; and that a declaration hides a failure matters where one is looked for. */
const light = new Set([2034, 2155]);

export const shellcheck: InstalledAnalyser = {
  program: 'shellcheck',
  wants: ({ language }) => language === 'bash',
  call: (call) => ({
    args: ['--format=json1', '--norc', '--severity=warning', `--exclude=${style}`, '--', ...pathsOf(call)],
    cwd: call.folder,
  }),
  read: ({ stdout, call }) => ({
    claims: shellcheckSays.parse(JSON.parse(stdout)).comments.map(({ file, code, ...said }) =>
      claimOf('shellcheck', {
        ...said,
        path: nameIn(call.root, file),
        rule: `SC${code}`,
        ...(light.has(code) ? { level: 'note' } : {}),
        url: `https://www.shellcheck.net/wiki/SC${code}`,
      }),
    ),
  }),
};

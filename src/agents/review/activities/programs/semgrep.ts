/** Semgrep with the rules that the project has. */
import { z } from 'zod';
import { claimOf, pathsOf, type InstalledAnalyser } from './installed.ts';
import { nameIn } from './run.ts';

const semgrepSays = z.object({
  results: z.array(
    z.object({
      check_id: z.string(),
      path: z.string(),
      start: z.object({ line: z.number(), col: z.number() }),
      end: z.object({ line: z.number() }),
      extra: z.object({ message: z.string(), severity: z.string() }),
    }),
  ),
});

/** With the rules of the project; others would have to be fetched. */
export const semgrep: InstalledAnalyser = {
  program: 'semgrep',
  wants: () => true,
  runsProject: true,
  needs: '.semgrep.yml',
  call: (call) => ({
    args: [
      'scan',
      '--json',
      '--quiet',
      '--metrics=off',
      '--disable-version-check',
      '--no-git-ignore',
      '--config',
      call.project ?? '',
      ...pathsOf(call),
    ],
    cwd: call.folder,
  }),
  read: ({ stdout, call }) => ({
    claims: semgrepSays.parse(JSON.parse(stdout)).results.map(({ check_id: rule, path, start, end, extra }) =>
      claimOf('semgrep', {
        path: nameIn(call.root, path, call.folder),
        line: start.line,
        endLine: end.line,
        column: start.col,
        level: extra.severity,
        rule,
        message: extra.message,
      }),
    ),
  }),
};

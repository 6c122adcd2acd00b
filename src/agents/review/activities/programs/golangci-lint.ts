/** golangci-lint over a Go module, with its settings; it builds the module. */
import { dirname } from 'node:path';
import { z } from 'zod';
import { claimOf, type InstalledAnalyser } from './installed.ts';
import { nameIn } from './run.ts';

const golangciSays = z.object({
  Issues: z
    .array(
      z.object({
        FromLinter: z.string(),
        Text: z.string(),
        Severity: z.string().optional(),
        Pos: z.object({ Filename: z.string(), Line: z.number(), Column: z.number().optional() }),
      }),
    )
    .nullish(),
});

export const golangci: InstalledAnalyser = {
  program: 'golangci-lint',
  wants: ({ language }) => language === 'go',
  runsProject: true,
  needs: 'go.mod',
  call: ({ project = '' }) => ({
    args: ['run', '--output.json.path=stdout', '--show-stats=false', '--path-mode=abs', './...'],
    cwd: dirname(project),
  }),
  read({ code, stdout, call: { root }, cwd }) {
    const issues = golangciSays.parse(JSON.parse(stdout.split('\n')[0] ?? '')).Issues ?? [];
    // Beyond 1 it failed, and finds nothing for that reason.
    if (code > 1 && issues.length === 0) throw new Error('golangci-lint failed');
    return {
      claims: issues.map(({ FromLinter, Text, Severity = '', Pos }) =>
        claimOf('golangci-lint', {
          path: nameIn(root, Pos.Filename, cwd),
          line: Pos.Line,
          column: Pos.Column,
          level: Severity || (FromLinter === 'typecheck' ? 'error' : 'warning'),
          rule: FromLinter,
          message: Text,
        }),
      ),
    };
  },
};

/** golangci-lint over a Go module, with its settings; it builds the module. */
import { dirname } from 'node:path';
import { z } from 'zod';
import { oneLine } from '../../../../core/text/index.ts';
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
    .nullable(),
  Report: z.object({ Error: z.string().optional() }).nullish(),
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
  read({ stdout, call: { root }, cwd }) {
    const { Issues, Report } = golangciSays.parse(JSON.parse(stdout.split('\n')[0] ?? ''));
    const issues = Issues ?? [];
    const error = Report?.Error ?? '';
    if (error !== '' && issues.length === 0) throw new Error(error);
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
      notes: error === '' ? [] : [`golangci-lint: ${oneLine(error, 300)}`],
    };
  },
};

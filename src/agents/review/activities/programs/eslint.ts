/** ESLint of the reviewed project, with its configuration; fanfold brings none of its own. */
import { join } from 'node:path';
import { z } from 'zod';
import { nameIn, type AnalyserCall, type AnalyserOutput, type AnalyserRun, type AnalyserSays } from './run.ts';

const position = z.number().nullish();
const output = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(
      z.object({
        ruleId: z.string().nullable(),
        severity: z.number(),
        message: z.string(),
        line: position,
        column: position,
        endLine: position,
      }),
    ),
  }),
);

/** Of its own, as a configuration is code that may print. */
export function eslintReport({ folder }: AnalyserCall): string {
  return join(folder, 'eslint.json');
}

export function eslintRun(call: AnalyserCall): AnalyserRun {
  const { root, files } = call;
  return {
    args: [
      '--format',
      'json',
      '--output-file',
      eslintReport(call),
      '--no-error-on-unmatched-pattern',
      '--no-warn-ignored',
      '--',
      ...files.map(({ path }) => join(root, path)),
    ],
    cwd: root,
  };
}

export function readEslint({ stdout, call: { root } }: AnalyserOutput): AnalyserSays {
  const files = output.parse(JSON.parse(stdout));
  const claims = files.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, severity, message, line, column, endLine }) => ({
      path: nameIn(root, filePath),
      line: line ?? 1,
      ...(endLine ? { endLine } : {}),
      ...(column ? { column } : {}),
      severity: severity === 2 ? ('error' as const) : ('warning' as const),
      confidence: 0.9,
      tool: 'eslint',
      rule: ruleId?.replace(/^@typescript-eslint\//, 'typescript/') ?? 'syntax',
      message,
    })),
  );
  return { claims, seen: files.length };
}

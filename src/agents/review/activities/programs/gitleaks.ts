/** Gitleaks over the files of a review, with the rules that it comes with. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { claimOf, type InstalledAnalyser } from './installed.ts';
import { nameIn } from './run.ts';

const gitleaksSays = z.array(
  z.object({
    RuleID: z.string(),
    Description: z.string(),
    File: z.string(),
    StartLine: z.number(),
    EndLine: z.number(),
    StartColumn: z.number(),
  }),
);

/** It checks a whole folder, so it is given one with these files alone, in which no settings of the project lie. */
export const gitleaks: InstalledAnalyser = {
  program: 'gitleaks',
  wants: ({ path }) => !/(?:^|\/)\.gitleaks(?:\.toml|ignore)$/.test(path),
  async call({ root, files, folder }) {
    const [copies, settings, report] = [copiesIn(folder), join(folder, 'gitleaks.toml'), reportIn(folder)];
    for (const { path } of files) {
      await mkdir(dirname(join(copies, path)), { recursive: true });
      await cp(join(root, path), join(copies, path), { dereference: false });
    }
    await writeFile(settings, '[extend]\nuseDefault = true\n');
    const quiet = ['--no-banner', '--redact', '--exit-code', '0', '--gitleaks-ignore-path', folder];
    const output = ['--report-format', 'json', '--report-path', report];
    return {
      args: ['dir', copies, ...quiet, ...output, '--config', settings],
      cwd: folder,
    };
  },
  report: ({ folder }) => reportIn(folder),
  read: ({ stdout, call: { folder } }) => ({
    claims: gitleaksSays
      .parse(JSON.parse(stdout) ?? [])
      .map(({ RuleID, Description, File, StartLine, EndLine, StartColumn }) =>
        claimOf('gitleaks', {
          path: nameIn(copiesIn(folder), File, folder),
          line: StartLine,
          endLine: EndLine,
          column: StartColumn,
          level: 'error',
          rule: RuleID,
          message: Description,
        }),
      ),
  }),
};

const copiesIn = (folder: string): string => join(folder, 'files');
const reportIn = (folder: string): string => join(folder, 'report.json');

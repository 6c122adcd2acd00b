/** Semgrep with the rules that the project has. */
import { z } from 'zod';
import { given } from '../../../../activities/index.ts';
import { oneLine } from '../../../../core/text/index.ts';
import { claimOf, pathsOf, type InstalledAnalyser } from './installed.ts';
import { nameIn } from './run.ts';

/** Of what it could not do. */
const mostNotes = 5;
const semgrepSays = z.object({
  errors: z.array(z.object({ level: z.string().optional(), message: z.string().optional() })).optional(),
  paths: z.object({ scanned: z.array(z.string()) }).optional(),
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
  read({ stdout, call }) {
    const { results, errors = [], paths } = semgrepSays.parse(JSON.parse(stdout));
    const unread = errors.filter(({ level }) => /^error$/i.test(level ?? ''));
    const notes = unread.slice(0, mostNotes).map(({ message = '' }) => `semgrep: ${oneLine(message, 300)}`);
    const claims = results.map(({ check_id: id, path, start, end, extra }) =>
      claimOf('semgrep', {
        path: nameIn(call.root, path, call.folder),
        line: start.line,
        endLine: end.line,
        column: start.col,
        level: extra.severity,
        rule: ruleOf(id, call.project ?? ''),
        message: extra.message,
      }),
    );
    return { claims, notes, ...given({ seen: paths?.scanned.length }) };
  },
};

/** It puts the folder of the rules before each name, which is another on each machine. */
function ruleOf(id: string, rules: string): string {
  const folder = rules
    .split('/')
    .slice(0, -1)
    .join('.')
    .replace(/^\.{1,100}/, '');
  return folder !== '' && id.startsWith(`${folder}.`) ? id.slice(folder.length + 1) : id;
}

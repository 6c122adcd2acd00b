/** Clippy over a Rust package; it builds the package, and so runs its build scripts. */
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { claimOf, type InstalledAnalyser } from './installed.ts';
import { absentOf } from './leftovers.ts';
import { nameIn, type AnalyserCall } from './run.ts';

const clippySays = z.object({
  reason: z.literal('compiler-message'),
  message: z.object({
    message: z.string(),
    level: z.string(),
    code: z.object({ code: z.string() }).nullish(),
    spans: z.array(
      z.object({
        file_name: z.string(),
        line_start: z.number(),
        line_end: z.number(),
        column_start: z.number(),
        is_primary: z.boolean(),
      }),
    ),
  }),
});

const buildEnds = z.object({ reason: z.literal('build-finished'), success: z.boolean() });

export const clippy: InstalledAnalyser = {
  program: 'cargo',
  wants: ({ language }) => language === 'rust',
  runsProject: true,
  needs: 'Cargo.toml',
  async call({ root, project = '', folder }) {
    const cwd = dirname(project);
    const locks = foldersUpTo(root, cwd).map((each) => join(each, 'Cargo.lock'));
    const leaves = await absentOf(locks);
    // One that is there stays as it is; where it does not fit, Cargo says so and fails.
    const locked = leaves.length < locks.length ? ['--locked'] : [];
    return {
      args: ['clippy', '--quiet', '--message-format=json', ...locked],
      cwd,
      // What is built lies in the private folder, and the project is as it was.
      environment: { CARGO_TARGET_DIR: folder },
      leaves,
    };
  },
  read({ stdout, call, cwd }) {
    const lines = stdout.split('\n').map(jsonOf);
    // A crate that has nothing to be said of ends with this line too.
    const end = lines.flatMap((line) => buildEnds.safeParse(line).data ?? []).at(-1);
    if (!end) throw new Error('the build did not end');
    const said = lines.flatMap((line) => clippySays.safeParse(line).data ?? []);
    const claims = said.flatMap(({ message: { message, level, code: rule, spans } }) => {
      const span = spans.find(({ is_primary: isPrimary }) => isPrimary);
      if (!span) return [];
      const place = { line: span.line_start, endLine: span.line_end, column: span.column_start };
      const path = nameOfSource(call, span.file_name, cwd);
      return [claimOf('clippy', { ...place, path, level, rule: rule?.code ?? 'rustc', message })];
    });
    // What fails elsewhere, as in a crate that this one needs, keeps these files from being looked at.
    const failsHere = claims.some(
      (claim) => claim.severity === 'error' && call.files.some(({ path }) => path === claim.path),
    );
    if (!end.success && !failsHere) throw new Error('the build failed');
    return { claims };
  },
};

/** The package may belong to a workspace above it. */
function foldersUpTo(root: string, from: string): string[] {
  const folders = [from];
  for (let folder = from; folder !== root && folder !== dirname(folder); folders.push(folder)) folder = dirname(folder);
  return folders;
}

/** Names are from the root of the workspace, which is the folder of the package or one above it. */
function nameOfSource({ root, files }: AnalyserCall, name: string, cwd: string): string {
  const known = new Set(files.map(({ path }) => path));
  for (let folder = cwd; ; folder = dirname(folder)) {
    const found = nameIn(root, name, folder);
    if (known.has(found)) return found;
    if (folder === dirname(folder)) return nameIn(root, name, cwd);
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

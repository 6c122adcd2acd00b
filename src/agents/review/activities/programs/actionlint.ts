/** actionlint over the workflows of GitHub Actions, with settings of ours. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { claimOf, pathsOf, type InstalledAnalyser } from './installed.ts';
import { nameIn } from './run.ts';

const actionlintSays = z.array(
  z.object({ filepath: z.string(), line: z.number(), column: z.number(), kind: z.string(), message: z.string() }),
);

/** What keeps a workflow from running, or lets others in. */
const errors = /^(?:syntax-check|expression|action|events|job-needs|matrix|workflow-call)$/;

/** Labels of runners of one's own stand in settings that are not read here. */
function levelOf(kind: string): string {
  if (kind === 'runner-label') return 'note';
  return errors.test(kind) ? 'error' : 'warning';
}

export const actionlint: InstalledAnalyser = {
  program: 'actionlint',
  wants: ({ path }) => /(?:^|\/)\.github\/workflows\/[^/]{1,200}\.ya?ml$/.test(path),
  async call(call) {
    const settings = join(call.folder, 'actionlint.yaml');
    await writeFile(settings, 'self-hosted-runner:\n  labels: []\n');
    // It would run these two over the steps of a workflow, with the settings that they find beside it.
    const others = ['-shellcheck=', '-pyflakes='];
    return {
      args: ['-no-color', '-format', '{{json .}}', ...others, '-config-file', settings, ...pathsOf(call)],
      cwd: call.folder,
    };
  },
  read: ({ stdout, call }) => ({
    claims: actionlintSays.parse(JSON.parse(stdout)).map(({ filepath, kind, ...said }) =>
      claimOf('actionlint', {
        ...said,
        path: nameIn(call.root, filepath, call.folder),
        rule: kind,
        level: levelOf(kind),
      }),
    ),
  }),
};

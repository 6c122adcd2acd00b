/** A review of hostile code runs none of it, and is not led past any of it. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createReviewActivities } from '../../../src/agents/review/activities/index.ts';
import type { Found, ReviewPlan } from '../../../src/agents/review/pure/types.ts';
import { hostile, type Hostile } from './hostile.ts';

const { planReview, runAnalyser, checkFile } = createReviewActivities({});
const before = { ...process.env };

afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

/** All that a review does of itself, each task in turn. */
async function reviewed(root: string, diff?: string): Promise<{ plan: ReviewPlan; found: Found[] }> {
  const plan = await planReview({ root, ...(diff === undefined ? {} : { diff }) });
  const common = { root: plan.root, projectTools: false, all: true };
  const found: Found[] = [];
  for (const { tool, project, files } of plan.analysers) {
    const of = files.flatMap((index) => plan.files[index] ?? []);
    found.push(await runAnalyser({ ...common, tool, ...(project === undefined ? {} : { project }), files: of }));
  }
  for (const file of plan.files) {
    found.push(await checkFile({ ...common, file, ...(plan.base === undefined ? {} : { base: plan.base }) }));
  }
  return { plan, found };
}

const rules = (found: readonly Found[]): string[] =>
  found.flatMap(({ findings }) => findings.map(({ path, rule }) => `${path} ${rule}`)).toSorted();

/** The settings of a person and of the system, each of which alone would run a program or change what git says. */
async function hostileEnvironment({ root }: Hostile): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'fanfold-home-'));
  const trick = join(root, '.git/tricks/included.sh');
  await writeFile(join(home, '.gitconfig'), `[core]\n\tfsmonitor = ${trick}\n[diff]\n\texternal = ${trick}\n`);
  await mkdir(join(home, 'tmp'));
  // Any user of a machine may put this into its folder for temporary files.
  await writeFile(join(home, 'tmp', '.oxlintrc.json'), JSON.stringify({ jsPlugins: [join(root, 'evil.js')] }));
  Object.assign(process.env, {
    HOME: home,
    TMPDIR: join(home, 'tmp'),
    GIT_EXTERNAL_DIFF: trick,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.fsmonitor',
    GIT_CONFIG_VALUE_0: trick,
    GIT_PAGER: trick,
    PATH: [join(root, 'bin'), '.', 'bin', process.env['PATH']].join(delimiter),
  });
}

test('the tricks work: git that is run as people run it falls for them', async () => {
  const checkout = await hostile();
  checkout.git('status');
  checkout.git('diff');
  const ran = await checkout.ran();
  for (const trick of ['fsmonitor', 'external-diff', 'submodule-fsmonitor', 'hooks-path']) expect(ran).toContain(trick);
});

test('a review of every trick runs none of them, and finds what is wrong in each file', async () => {
  const checkout = await hostile();
  await hostileEnvironment(checkout);
  const { plan, found } = await reviewed(checkout.root);
  expect(await checkout.ran()).toEqual([]);
  expect(rules(found)).toEqual(expect.arrayContaining(['a.py B006', 'a.ts no-debugger', 'nested/b.ts no-debugger']));
  expect(plan.analysers.map(({ tool }) => tool)).not.toEqual(expect.arrayContaining(['clippy']));
  expect(plan.notes.join(' ')).toContain('--project-tools');
});

test('a review of its changes runs none of them either, and no mark or attribute hides a change', async () => {
  const checkout = await hostile();
  await hostileEnvironment(checkout);
  const { plan, found } = await reviewed(checkout.root, 'HEAD');
  expect(await checkout.ran()).toEqual([]);
  expect(rules(found)).toEqual(
    expect.arrayContaining(['a.py B006', 'a.ts no-debugger', 'hidden.py F821', 'marked.py F821', 'skipped.py F821']),
  );
  const seen = [...plan.files.map(({ path }) => path), ...plan.skipped.flatMap(({ paths }) => paths)];
  expect(seen).toEqual(expect.arrayContaining(['.gitattributes', 'inner-monitor.sh']));
});

test('an analyser that builds the project is refused where its code may not be run', async () => {
  const { root } = await hostile();
  const file = { path: 'a.rs', language: 'rust', parts: [0] };
  for (const tool of ['clippy', 'golangci-lint', 'semgrep'] as const) {
    await expect(runAnalyser({ root, tool, projectTools: false, files: [file] })).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('runs code of the project'),
    });
  }
});

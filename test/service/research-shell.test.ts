/** Research from the shell: what it prints and says while its plan waits for a person, and where nothing was found. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
import { newId } from './http-service.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fanfold-research-shell-'));
const taskQueue = newId();
writeFileSync(join(folder, 'herons.md'), '# Fishing\n\nThe grey heron stands still in shallow water.\n');

async function research(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const place = { TEMPORAL_ADDRESS: inject('temporal').address, FANFOLD_HOME: folder, FANFOLD_TASK_QUEUE: taskQueue };
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...process.env, ...place, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

it('a plan that waits is a list, and the same command writes the file by the id of the run once it is approved', async () => {
  const id = newId();
  const question = 'How does the grey heron fish and where does it stand?';
  const asked = ['research', question, '--folder', folder, '--depth', '2', '--review-plan', '5m'];
  const waiting = await research(...asked, '--id', id, '-o', 'out.md');
  expect(waiting.code).toBe(0);
  expect(waiting.stdout).toMatch(/ plan:\n {2}- /);
  expect(waiting.stdout).not.toContain('{"questions"');
  const again = `out.md is not written yet: call this command again with --id ${id} once the plan is approved`;
  expect(waiting.stderr).toContain(again);
  expect(existsSync(join(folder, 'out.md'))).toBe(false);
  expect(await research('approve', id, 'plan')).toMatchObject({ code: 0 });
  const joined = await research(...asked, '--id', id, '-o', 'out.md');
  expect(joined).toMatchObject({ code: 0, stderr: expect.stringContaining('The report is in out.md') });
  expect(readFileSync(join(folder, 'out.md'), 'utf8')).toContain('stands still in shallow water');
});

it('BibTeX of a question that nothing answers has no entries, and stderr says so', async () => {
  const found = await research('research', 'Which ferries sail at midnight?', '--folder', folder, '--format', 'bibtex');
  expect(found).toMatchObject({ code: 0, stdout: '% Nothing was found that answers the question.\n' });
  expect(found.stderr).toContain('the BibTeX has no entries');
});

/** What a command says that fails once its run is over: that the run is done, and how to get at it. */
import { afterEach, expect, test, vi } from 'vitest';
import { exitCodes, report } from '../../src/cli/exit.ts';
import { OutputFailedError, writeOutput } from '../../src/cli/output.ts';
import { FanfoldError } from '../../src/errors.ts';

afterEach(() => vi.restoreAllMocks());

async function said(error: unknown, ended?: 'completed'): Promise<{ code: number; stderr: string; stdout: string }> {
  const [stderr, stdout] = [[] as string[], [] as string[]];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => stderr.push(String(text)) > 0);
  vi.spyOn(process.stdout, 'write').mockImplementation((text, done) => {
    (done as unknown as () => void)();
    return stdout.push(String(text)) > 0;
  });
  const code = await report(error, { json: true, runId: 'm1', ended });
  return { code, stderr: stderr.join(''), stdout: stdout.join('') };
}

test('a full disk is a failure of the output, and no wrong use', async () => {
  const error: unknown = await writeOutput('/dev/full', 'text').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OutputFailedError);
  const { code, stderr, stdout } = await said(error, 'completed');
  expect(code).toBe(exitCodes.failed);
  expect(stderr).toMatch(/--output \/dev\/full cannot be written: .*ENOSPC/);
  expect(stderr).toMatch(/Run 'm1' is over \(completed\), and its results are kept\. .*show m1.*--id m1/);
  expect(JSON.parse(stdout)).toMatchObject({ runId: 'm1', status: 'completed', error: { type: 'OutputFailed' } });
});

test('whatever fails once the run is over is no wrong use either; before that it is', async () => {
  const error = new FanfoldError('InvalidInput', 'there is no folder any more');
  expect(await said(error, 'completed')).toMatchObject({
    code: exitCodes.failed,
    stderr: expect.stringContaining('m1'),
  });
  expect(await said(error)).toMatchObject({ code: exitCodes.wrongUse, stdout: expect.not.stringContaining('m1') });
});

/** Files of this machine that cannot be read are named, whatever it is that fails. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { hashesOf } from '../../../src/agents/reconcile/source-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'fanfold-files-'));

it('a folder in place of a file is refused as a file that is not there is', async () => {
  await expect(hashesOf([folder])).rejects.toMatchObject({
    type: 'InvalidInput',
    message: expect.stringContaining(`${folder} cannot be read: EISDIR`) as string,
  });
  await expect(hashesOf([join(folder, 'none.csv')])).rejects.toMatchObject({
    type: 'InvalidInput',
    message: expect.stringContaining('there is no such file') as string,
  });
});

it('a file has the SHA-256 of its bytes', async () => {
  const path = join(folder, 'bank.csv');
  writeFileSync(path, 'date,amount');
  expect(await hashesOf([path])).toEqual({ [path]: createHash('sha256').update('date,amount').digest('hex') });
});

/** What tokens the service takes at its start: a file of holders, or one token; nothing here needs a server. */
import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SlowDown } from '../../src/http/slow-down.ts';
import { readTokens } from '../../src/http/tokens.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const secretOf = (name: string): string => `token-of-${name}-0123456789`;
const holder = (name: string, roles: readonly string[]) => ({ name, sha256: sha256(secretOf(name)), roles });

function fileOf(content: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), 'fanfold-tokens-')), 'tokens.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
  return file;
}

describe('a file of tokens', () => {
  const whole = holder('ada', ['read']);
  it.each([
    ['is not there', '/nowhere/tokens.json', /cannot be read/],
    ['is no JSON, and is not repeated', fileOf('{ "token": "very-secret-token" '), /it is no JSON(?!.*very-secret)/],
    [
      'gives a name twice, of which the first would be dropped',
      fileOf('{ "tokens": [{ "name": "ada", "sha256": "00", "roles": ["read"], "roles": ["read", "start"] }] }'),
      /each name is there once/,
    ],
    ['has no list', fileOf({}), /`tokens`/],
    ['is empty', fileOf({ tokens: [] }), /`tokens`/],
    ['has a holder without a name', fileOf({ tokens: [{ ...whole, name: '' }] }), /`tokens.0.name`/],
    ['has a role that there is not', fileOf({ tokens: [{ ...whole, roles: ['admin'] }] }), /`tokens.0.roles.0`/],
    ['has a holder without a role', fileOf({ tokens: [{ ...whole, roles: [] }] }), /`tokens.0.roles`/],
    [
      'has neither token nor digest',
      fileOf({ tokens: [{ ...whole, sha256: undefined }] }),
      /either `token` or `sha256`/,
    ],
    ['has both', fileOf({ tokens: [{ ...whole, token: secretOf('ada') }] }), /either `token` or `sha256`/],
    ['has a digest that is none', fileOf({ tokens: [{ ...whole, sha256: 'ab' }] }), /64 hexadecimal/],
    [
      'has a short token',
      fileOf({ tokens: [{ name: 'a', token: 'short', roles: ['read'] }] }),
      /at least 16.*makes one/,
    ],
    ['has a tenant that is a path', fileOf({ tokens: [{ ...whole, tenant: '../x' }] }), /`tokens.0.tenant`/],
    ['has a misspelt field', fileOf({ tokens: [{ ...whole, role: 'read' }] }), /role/],
    ['has a token twice', fileOf({ tokens: [whole, { ...whole, name: 'eve' }] }), /'eve' is there twice/],
  ])('that %s is refused with what to do', async (_name, file, message) => {
    await expect(readTokens({ file })).rejects.toMatchObject({
      type: 'InvalidInput',
      field: 'FANFOLD_TOKENS',
      message: expect.stringMatching(message),
    });
  });

  it('gives each token its holder, whether the token or its digest is there', async () => {
    const token = secretOf('plain');
    const known = await readTokens({
      file: fileOf({ tokens: [whole, { name: 'plain', token, roles: ['start'], tenant: 'acme' }] }),
    });
    expect(known.find(secretOf('ada'))).toEqual({
      subject: 'ada',
      rights: new Set(['read']),
      tenant: undefined,
      mayShare: false,
    });
    expect(known.find(token)).toEqual({
      subject: 'plain',
      rights: new Set(['start']),
      tenant: 'acme',
      mayShare: false,
    });
    for (const wrong of ['', `${token}x`, token.slice(1), token.toUpperCase(), sha256(token)])
      expect(known.find(wrong)).toBeUndefined();
  });

  it('whose digest is of a short token opens nothing', async () => {
    const known = await readTokens({ file: fileOf({ tokens: [{ ...whole, sha256: sha256('short') }] }) });
    expect(known.find('short')).toBeUndefined();
  });
});

describe('wrong tokens', () => {
  it('wait longer each time by address, and others do not', async () => {
    const said: string[] = [];
    const slow = new SlowDown((address, count) => void said.push(`${address} ${count}`));
    const waits = async (address: string): Promise<boolean> => {
      const stop = new AbortController();
      let answered = false;
      const waiting = slow.mistake(address, stop.signal).then(() => (answered = true));
      await Promise.resolve();
      await Promise.resolve();
      const waited = !answered;
      stop.abort();
      await waiting;
      return waited;
    };
    const seen: boolean[] = [];
    for (let times = 0; times < 8; times++) seen.push(await waits('10.0.0.1'));
    expect(seen).toEqual([false, false, false, false, false, true, true, true]);
    expect(await waits('10.0.0.2')).toBe(false);
    expect(said).toEqual(['10.0.0.1 6']);
  });
});

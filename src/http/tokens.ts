/**
 * The tokens that the service knows: one with all rights, or a file of them, each with its holder, roles and tenant.
 * The surprising rule: only digests are kept and compared, all of them each time, so that time says nothing.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseExactly } from '../core/json.ts';
import { FanfoldError } from '../errors.ts';
import { anyone, rights, type Caller } from './callers.ts';

/** A shorter secret can be guessed. */
const leastCharacters = 16;

const makeOne = `\`node -p "crypto.randomBytes(24).toString('base64url')"\` makes one`;

const secret = z
  .string()
  .min(leastCharacters, `must have at least ${leastCharacters} characters; ${makeOne}`)
  .regex(/^[\x21-\x7e]+$/, 'must be of visible ASCII characters, without spaces');

/** Safe in a key of the store and in a search as it is. */
const tenant = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be of letters, digits, `.`, `_` and `-`, at most 63');

const entry = z
  .strictObject({
    name: z.string().min(1).max(200).regex(/\S/, 'must not be blank'),
    token: z.exactOptional(secret),
    sha256: z.exactOptional(z.string().regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits')),
    roles: z.array(z.enum(rights)).min(1),
    tenant: z.exactOptional(tenant),
    mayShare: z.exactOptional(z.boolean()),
  })
  .refine(({ token, sha256 }) => (token === undefined) !== (sha256 === undefined), {
    error: 'must have either `token` or `sha256`, its SHA-256',
  });
const fileShape = z.strictObject({ tokens: z.array(entry).min(1).max(10_000) });

interface Entry {
  readonly digest: Buffer;
  readonly caller: Caller;
}

/** Whom a token belongs to. */
export class KnownTokens {
  readonly #entries: readonly Entry[];

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
  }

  get none(): boolean {
    return this.#entries.length === 0;
  }

  /** Whether any token names its holder, so that a person's word need not. */
  get namesPeople(): boolean {
    return this.#entries.some(({ caller }) => caller.subject !== undefined);
  }

  find(token: string): Caller | undefined {
    if (token.length < leastCharacters) return undefined;
    const given = digestOf(token);
    let found: Caller | undefined;
    for (const { digest, caller } of this.#entries) if (timingSafeEqual(digest, given)) found = caller;
    return found;
  }
}

export interface TokenSources {
  /** One token with all rights. */
  readonly token?: string | undefined;
  /** The path of a file of tokens. */
  readonly file?: string | undefined;
}

/** @throws {FanfoldError} of type `InvalidInput` saying which token is too short or what in the file is wrong */
export async function readTokens({ token, file }: TokenSources): Promise<KnownTokens> {
  const entries: Entry[] = file === undefined ? [] : await entriesOf(file);
  if (token !== undefined) {
    const issue = secret.safeParse(token).error?.issues[0];
    if (issue) throw new FanfoldError('InvalidInput', `FANFOLD_TOKEN ${issue.message}`, 'FANFOLD_TOKEN');
    entries.push({ digest: digestOf(token), caller: anyone });
  }
  return new KnownTokens(entries);
}

async function entriesOf(file: string): Promise<Entry[]> {
  const bad = (what: string): FanfoldError =>
    new FanfoldError('InvalidInput', `FANFOLD_TOKENS (${file}): ${what}`, 'FANFOLD_TOKENS');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw bad(`it cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  const checked = fileShape.safeParse(parsed(text, bad));
  const issue = checked.error?.issues[0];
  if (issue) throw bad(`\`${issue.path.join('.') || 'tokens'}\` ${issue.message}`);
  const entries = (checked.data?.tokens ?? []).map(
    ({ name, token, sha256, roles, tenant: of, mayShare = false }): Entry => ({
      digest: token === undefined ? Buffer.from(sha256 ?? '', 'hex') : digestOf(token),
      caller: { subject: name, rights: new Set(roles), tenant: of, mayShare },
    }),
  );
  const twice = entries.find(({ digest }, index) => entries.findIndex((each) => each.digest.equals(digest)) < index);
  if (twice) throw bad(`the token of '${twice.caller.subject}' is there twice; each holder needs a token of their own`);
  return entries;
}

/** What it says of the mistake must not repeat what is in the file. */
function parsed(text: string, bad: (what: string) => FanfoldError): unknown {
  try {
    return parseExactly(text);
  } catch {
    throw bad(
      'it is no JSON in which each name is there once; it must be { "tokens": [{ "name", "token" or "sha256", "roles", "tenant"?, "mayShare"? }] }',
    );
  }
}

/** Equal in length whatever was sent, so that the comparison takes the same time. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

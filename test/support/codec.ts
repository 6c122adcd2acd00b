/** A payload codec that encrypts, as a person would write one, and what looks for clear text afterwards. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';

const { Payload: Proto } = proto.temporal.api.common.v1;
const encoding = 'binary/encrypted';

/** AES-256-GCM over the whole payload; what is not encrypted is left as it is, as Temporal's own samples do. */
export function encrypting(key: Buffer = randomBytes(32)): PayloadCodec {
  const sealed = (payload: Payload): Payload => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const body = Buffer.concat([cipher.update(Proto.encode(payload).finish()), cipher.final()]);
    return { metadata: { encoding: Buffer.from(encoding) }, data: Buffer.concat([nonce, cipher.getAuthTag(), body]) };
  };
  const opened = (payload: Payload): Payload => {
    if (Buffer.from(payload.metadata?.['encoding'] ?? []).toString() !== encoding) return payload;
    const data = Buffer.from(payload.data ?? []);
    const cipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, 12));
    cipher.setAuthTag(data.subarray(12, 28));
    return Proto.decode(Buffer.concat([cipher.update(data.subarray(28)), cipher.final()]));
  };
  return {
    encode: async (payloads) => payloads.map(sealed),
    decode: async (payloads) => payloads.map(opened),
  };
}

/** Each file of the folder, by its path in it. */
export function filesOf(folder: string): { readonly path: string; readonly bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => ({ path, bytes: readFileSync(join(folder, path)) }));
}

/** The files that have a text in clear: as it is, as JSON writes it, in base64 or as part of an address. */
export function clearIn(folder: string, texts: readonly string[]): string[] {
  const forms = texts.flatMap(formsOf);
  return filesOf(folder).flatMap(({ path, bytes }) =>
    forms.some((form) => bytes.includes(form) || path.includes(form.toString())) ? [path] : [],
  );
}

/** Whether a message of the server's, with all bytes in it, has a text in clear. */
export function clearInMessage(message: unknown, texts: readonly string[]): boolean {
  const forms = texts.flatMap(formsOf);
  return [...leaves(message)].some((leaf) => forms.some((form) => leaf.includes(form)));
}

function formsOf(text: string): Buffer[] {
  const json = JSON.stringify(text).slice(1, -1);
  return [text, json, Buffer.from(text).toString('base64').slice(0, -4), encodeURIComponent(text)].map((form) =>
    Buffer.from(form),
  );
}

function* leaves(value: unknown): Generator<Buffer> {
  if (typeof value === 'string') yield Buffer.from(value);
  else if (value instanceof Uint8Array) yield Buffer.from(value);
  else if (typeof value === 'object' && value !== null)
    for (const [name, part] of Object.entries(value)) {
      yield Buffer.from(name);
      yield* leaves(part);
    }
}

/**
 * Bytes through the payload codecs of a worker or a client, framed so that every reader sees that they are encoded.
 * Where there is no codec nothing is framed, so that what was written before and after is read alike.
 */
import { createHash } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { given } from '../core/given.ts';
import proto from '../packages/temporal-proto.ts';
import { FanfoldError } from '../errors.ts';

const { Payload: Proto } = proto.temporal.api.common.v1;

/** As a data converter has them. A worker's are read when they are needed, as plugins may bring some until it is made. */
export interface Codecs {
  readonly payloadCodecs: readonly PayloadCodec[];
}

export const noCodecs: Codecs = { payloadCodecs: [] };

/** Of a worker that is not made yet. */
export class LateCodecs implements Codecs {
  payloadCodecs: readonly PayloadCodec[] = [];
}

/** Bytes that are not what was written. */
export class DamagedBytesError extends Error {
  override readonly name = 'DamagedObject';
}

/** What no text, no JSON and no table begins with. */
const mark = Buffer.from('\0fanfold:coded:1\n', 'latin1');
const hashBytes = 32;

export function isEncoded(bytes: Uint8Array): boolean {
  return bytes.length >= mark.length && mark.equals(bytes.subarray(0, mark.length));
}

/** The bytes as they are where there is no codec; otherwise the mark, the hash of what follows, and the payload. */
export async function encodeBytes({ payloadCodecs }: Codecs, bytes: Uint8Array): Promise<Uint8Array> {
  if (payloadCodecs.length === 0) return bytes;
  let payloads: Payload[] = [{ metadata: { encoding: Buffer.from('binary/plain') }, data: bytes }];
  for (const codec of payloadCodecs) payloads = await codec.encode(payloads);
  const body = Proto.encode(only(payloads)).finish();
  return Buffer.concat([mark, sha256(body), body]);
}

/**
 * @param name what a message calls it, such as `The object 'runs/…'`
 * @throws {DamagedBytesError} for encoded bytes that are not as they were written
 * @throws {FanfoldError} of type `CodecMismatch` where they are whole and this process cannot decode them
 */
export async function decodeBytes({ payloadCodecs }: Codecs, bytes: Uint8Array, name: string): Promise<Uint8Array> {
  if (!isEncoded(bytes)) return bytes;
  const body = bytes.subarray(mark.length + hashBytes);
  if (!sha256(body).equals(bytes.subarray(mark.length, mark.length + hashBytes)))
    throw new DamagedBytesError(`${name} is damaged: it is not what was written`);
  if (payloadCodecs.length === 0)
    throw mismatch(`${name} was written through a payload codec, and this process has none`);
  let payloads: Payload[] = [Proto.decode(body)];
  try {
    for (const codec of payloadCodecs.toReversed()) payloads = await codec.decode(payloads);
  } catch (error) {
    throw mismatch(`${name} cannot be decoded by the payload codecs of this process`, error);
  }
  return only(payloads).data ?? new Uint8Array();
}

/** As {@link encodeBytes}, for a column of texts. */
export async function encodeText(codecs: Codecs, text: string): Promise<string> {
  if (codecs.payloadCodecs.length === 0) return text;
  return textMark + Buffer.from(await encodeBytes(codecs, Buffer.from(text))).toString('base64');
}

/** As {@link decodeBytes}. */
export async function decodeWithCodecs(codecs: Codecs, text: string, name: string): Promise<string> {
  if (!text.startsWith(textMark)) return text;
  const bytes = Buffer.from(text.slice(textMark.length), 'base64');
  return Buffer.from(await decodeBytes(codecs, bytes, name)).toString();
}

/** What a column of a database has as JSON. @param name as in {@link decodeBytes} @throws {DamagedBytesError} where it is none */
export function parseStored(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw Object.assign(new DamagedBytesError(`${name} is damaged: it is no JSON, so it is not what was written`), {
      cause,
    });
  }
}

/** What no JSON begins with. */
const textMark = 'coded:';

/** What Temporal's converter says of a payload whose codec this process has not; any other error is as it was. */
export function orMismatch(error: unknown): unknown {
  const isUnknown =
    error instanceof Error && error.name === 'ValueError' && error.message.startsWith('Unknown encoding');
  return isUnknown
    ? mismatch(`The run's history was written through a payload codec (${error.message})`, error)
    : error;
}

function only(payloads: readonly Payload[]): Payload {
  const [payload] = payloads;
  if (payload && payloads.length === 1) return payload;
  throw new TypeError(`A payload codec made ${payloads.length} payloads of one; it must answer as many as it is given`);
}

function mismatch(problem: string, cause?: unknown): FanfoldError {
  const advice =
    'Give it the codecs of the process that wrote it: `dataConverter: { payloadCodecs }` of FanfoldClient.connect, of your own Client or Worker, or in fanfold.config';
  return Object.assign(new FanfoldError('CodecMismatch', `${problem}. ${advice}`), given({ cause }));
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

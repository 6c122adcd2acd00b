/** Bytes in a store through payload codecs: whole to who has them, a named error to who has not, and never in clear. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, gunzipSync } from 'node:zlib';
import type { PayloadCodec } from '@temporalio/common';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { codedStore } from '../../src/store/coded.ts';
import { decodeWithCodecs, encodeBytes, encodeText, isEncoded } from '../../src/store/codecs.ts';
import { fileStore } from '../../src/store/files.ts';
import { storeIdentity } from '../../src/store/identity.ts';
import { resultsKey } from '../../src/store/pages/keys.ts';
import { readResults, writeResults } from '../../src/store/pages/results.ts';
import { encrypting, filesOf } from '../support/codec.ts';
import { keepsTheContract } from './contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'fanfold-coded-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Another kind of codec: it compresses. */
const zip: PayloadCodec = {
  encode: async (payloads) => payloads.map((payload) => ({ ...payload, data: gzipSync(payload.data ?? Buffer.of()) })),
  decode: async (payloads) =>
    payloads.map((payload) => ({ ...payload, data: gunzipSync(payload.data ?? Buffer.of()) })),
};
const aes = encrypting();
const none = { payloadCodecs: [] };
const plain = fileStore(folder);
const coded = codedStore(plain, { payloadCodecs: [zip, aes] });

describe('a store behind codecs', () => {
  keepsTheContract(() => coded, false);

  it('gives back what was put, whatever it is and whichever codecs there are', async () => {
    const codecs = fc.constantFrom([], [aes], [zip], [zip, aes], [aes, zip], [aes, aes]);
    await fc.assert(
      fc.asyncProperty(codecs, fc.uint8Array({ maxLength: 300 }), async (payloadCodecs, body) => {
        const store = codedStore(plain, { payloadCodecs });
        await store.put('any', body);
        expect(Buffer.from((await store.get('any')) ?? [])).toEqual(Buffer.from(body));
        const text = Buffer.from(body).toString('latin1');
        expect(await decodeWithCodecs({ payloadCodecs }, await encodeText({ payloadCodecs }, text), 'it')).toBe(text);
      }),
    );
  });

  it('has nothing of it in clear', async () => {
    const secret = 'a secret that is long enough';
    await coded.put('runs/default/r/items/0.jsonl', Buffer.from(secret));
    await coded.putNew?.('runs/default/r/items/1.jsonl', Buffer.from(secret));
    expect(filesOf(folder).filter(({ bytes }) => bytes.includes(secret))).toEqual([]);
    await plain.put('clear', Buffer.from(secret));
    expect(filesOf(folder).filter(({ bytes }) => bytes.includes(secret))).toHaveLength(1);
  });

  it('reads what was written before there was a codec, and without one what was never encoded', async () => {
    await plain.put('old', Buffer.from('{"id":"a"}'));
    expect(Buffer.from((await coded.get('old')) ?? []).toString()).toBe('{"id":"a"}');
    expect(Buffer.from((await codedStore(plain, none).get('old')) ?? []).toString()).toBe('{"id":"a"}');
    expect(await decodeWithCodecs({ payloadCodecs: [aes] }, '{"id":"a"}', 'it')).toBe('{"id":"a"}');
  });

  it('says what to configure to who has no codec, or another key', async () => {
    await coded.put('runs/a', Buffer.from('x'));
    const mismatch = {
      type: 'CodecMismatch',
      message: expect.stringMatching(/'runs\/a'.*`dataConverter: \{ payloadCodecs \}`/),
    };
    await expect(codedStore(plain, none).get('runs/a')).rejects.toMatchObject(mismatch);
    await expect(codedStore(plain, { payloadCodecs: [zip, encrypting()] }).get('runs/a')).rejects.toMatchObject(
      mismatch,
    );
    await expect(
      decodeWithCodecs(none, await encodeText({ payloadCodecs: [aes] }, 'x'), 'A row'),
    ).rejects.toMatchObject({
      type: 'CodecMismatch',
    });
  });

  it('is encoded once, however often it is wrapped', async () => {
    await codedStore(codedStore(coded, { payloadCodecs: [zip] }), { payloadCodecs: [aes] }).put(
      'twice',
      Buffer.from('x'),
    );
    expect(Buffer.from((await codedStore(plain, { payloadCodecs: [aes] }).get('twice')) ?? []).toString()).toBe('x');
  });

  it('says who it is to everybody', async () => {
    expect(await storeIdentity(coded)).toBe(await storeIdentity(fileStore(folder)));
  });

  it('tells a damaged page by its stored bytes, before any codec sees them', async () => {
    const place = { folder: 'runs/default/r/e', part: 0, page: 0 };
    const { name } = await writeResults(coded, place, { unit: 0, attempt: 1 }, [
      '{"id":"a","success":true,"result":1,"durationMs":1,"attempts":1}',
    ]);
    expect(await readResults(coded, place, name, 1)).toMatchObject([{ id: 'a', result: 1 }]);
    const key = resultsKey(place.folder, 0, 0, name);
    const whole = Buffer.from((await plain.get(key)) ?? []);
    expect(isEncoded(whole)).toBe(true);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const bytes = Buffer.from(whole);
          bytes[at] = (bytes[at] ?? 0) ^ flip;
          await plain.put(key, bytes);
          await expect(readResults(coded, place, name, 1)).rejects.toMatchObject({ name: 'ResultsLost' });
          await plain.put(key, whole.subarray(0, at));
          await expect(readResults(coded, place, name, 1)).rejects.toMatchObject({ name: 'ResultsLost' });
        },
      ),
    );
  });

  it('refuses a codec that answers too few payloads, before anything is written', async () => {
    const bad: PayloadCodec = { encode: async () => [], decode: async () => [] };
    await expect(encodeBytes({ payloadCodecs: [bad] }, Buffer.from('x'))).rejects.toThrow('as many as it is given');
  });
});

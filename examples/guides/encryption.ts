/** A payload codec, given once to the worker and once to the client. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';

const PayloadMessage = temporal.api.common.v1.Payload;

export class AesCodec implements PayloadCodec {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
      const sealed = Buffer.concat([cipher.update(PayloadMessage.encode(payload).finish()), cipher.final()]);
      const data = Buffer.concat([iv, cipher.getAuthTag(), sealed]);
      return { metadata: { encoding: Buffer.from('binary/encrypted') }, data };
    });
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => {
      const { metadata, data } = payload;
      if (!data || Buffer.from(metadata?.['encoding'] ?? []).toString() !== 'binary/encrypted') return payload;
      const decipher = createDecipheriv('aes-256-gcm', this.#key, data.subarray(0, 12));
      decipher.setAuthTag(data.subarray(12, 28));
      return PayloadMessage.decode(Buffer.concat([decipher.update(data.subarray(28)), decipher.final()]));
    });
  }
}

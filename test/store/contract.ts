/** What every store keeps to, whatever it writes into. */
import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (body: Uint8Array | undefined): string | undefined => body && new TextDecoder().decode(body);

/** @param asIs whether an object lies as it was put, and so has its size */
export function keepsTheContract(open: () => Store, asIs = true): void {
  let store: Store;
  let at: string;
  beforeEach(() => {
    store = open();
    at = `test/${randomUUID()}`;
  });
  const keys = async (prefix: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const { key } of store.list(prefix)) found.push(key);
    return found;
  };

  test('what was put is got, byte by byte', async () => {
    const body = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 31) % 256);
    await store.put(`${at}/a`, body);
    expect(Buffer.compare((await store.get(`${at}/a`)) ?? Buffer.of(), body)).toBe(0);
    await store.put(`${at}/empty`, new Uint8Array());
    expect(text(await store.get(`${at}/empty`))).toBe('');
  });

  test('a second put replaces the first', async () => {
    await store.put(`${at}/a`, bytes('old and long'));
    await store.put(`${at}/a`, bytes('new'));
    expect(text(await store.get(`${at}/a`))).toBe('new');
  });

  test('what is not there is undefined, and deleting it is no error', async () => {
    await store.put(`${at}/a`, bytes('a'));
    expect(await store.get(`${at}/none`)).toBeUndefined();
    expect(await store.get(`${at}/a/below`)).toBeUndefined();
    expect(await store.get(at)).toBeUndefined();
    await store.delete(`${at}/none`);
  });

  test('what was deleted is gone', async () => {
    await store.put(`${at}/a`, bytes('a'));
    await store.delete(`${at}/a`);
    expect(await store.get(`${at}/a`)).toBeUndefined();
    expect(await keys(at)).toEqual([]);
  });

  test('a list has every key of its prefix in order, with size and time, and no other', async () => {
    const before = Date.now() - 60_000;
    const names = ['a/1', 'a-b', 'a/b/2', 'a.b', 'ab', 'b/1'];
    for (const name of names) await store.put(`${at}/${name}`, bytes(name));
    expect(await keys(`${at}/`)).toEqual(names.toSorted().map((name) => `${at}/${name}`));
    expect(await keys(`${at}/a/`)).toEqual([`${at}/a/1`, `${at}/a/b/2`]);
    expect(await keys(`${at}/a`)).toHaveLength(5);
    for await (const { bytes: size, modifiedAt } of store.list(`${at}/a/b`)) {
      if (asIs) expect(size).toBe(5);
      else expect(size).toBeGreaterThan(5);
      expect(modifiedAt).toBeGreaterThan(before);
      expect(modifiedAt).toBeLessThan(Date.now() + 60_000);
    }
  });

  test('a list goes on beyond one page', { timeout: 120_000 }, async () => {
    const names = Array.from({ length: 1050 }, (_, index) => `${at}/${String(index).padStart(4, '0')}`);
    for (let start = 0; start < names.length; start += 50)
      await Promise.all(names.slice(start, start + 50).map((name) => store.put(name, bytes('x'))));
    expect(await keys(`${at}/`)).toEqual(names);
  });

  test('a key that leads elsewhere is refused', async () => {
    for (const key of ['../a', 'a/../../b', '/a', 'a//b', 'a/./b', '', 'a\0b', 'ä', 'a b']) {
      await expect(async () => store.put(key, bytes('x'))).rejects.toThrow(TypeError);
      await expect(async () => store.get(key)).rejects.toThrow(TypeError);
      await expect(async () => store.delete(key)).rejects.toThrow(TypeError);
    }
  });
}

/** A limit in front of an API in virtual time, whose quota nobody tells it. */
import { describe, expect, test } from 'vitest';
import { used, work, type Api } from './api.ts';

const steady = (quota: number, latencyMs: number, more: Partial<Api> = {}): Api => ({
  quota: () => quota,
  burstSeconds: 1,
  latencyMs,
  ...more,
});
const begin = 1_000_000;

describe('a limit that learns an untold quota', () => {
  test.each([
    ['20 a second', steady(20, 50), 1],
    ['20 a second, with hardly a burst', steady(20, 50, { burstSeconds: 0.1 }), 1],
    ['20 slow calls a second', steady(20, 1000), 1],
    ['50 a second', steady(50, 500), 1],
    ['100 a second, from three processes', steady(100, 100), 3],
  ])('keeps nine tenths of it in use and has less than one in fifty refused: %s', (_name, api, processes) => {
    const { use, refused } = used(work(api, 60, {}, processes).slice(15));
    expect(use).toBeGreaterThan(0.9);
    expect(refused).toBeLessThan(0.02);
  });

  test('follows a quota that is halved', () => {
    const seconds = work(steady(40, 100, { quota: (now) => (now < begin + 30_000 ? 40 : 20) }), 60);
    const { use, refused } = used(seconds.slice(36));
    expect(use).toBeGreaterThan(0.9);
    expect(refused).toBeLessThan(0.02);
  });

  test('follows a quota that is doubled', () => {
    const seconds = work(steady(20, 100, { quota: (now) => (now < begin + 30_000 ? 20 : 40) }), 80);
    expect(used(seconds.slice(60)).use).toBeGreaterThan(0.9);
  });

  test('probes gently in an outage, and is back within seconds after it', () => {
    const dark = (now: number): boolean => now > begin + 20_000 && now < begin + 40_000;
    const seconds = work(steady(20, 100, { quota: (now) => (dark(now) ? 0 : 20) }), 70);
    const probes = seconds.slice(25, 40).reduce((sum, { refused }) => sum + refused, 0);
    expect(probes).toBeLessThanOrEqual(30);
    expect(used(seconds.slice(50)).use).toBeGreaterThan(0.9);
  });

  test('finds how many calls at once an API bears', () => {
    const seconds = work(steady(1000, 300, { atOnce: 8 }), 60);
    const { refused } = used(seconds.slice(15));
    expect(refused).toBeLessThan(0.03);
    const served = seconds.slice(15).reduce((sum, second) => sum + second.served, 0);
    expect(served / 45).toBeGreaterThan((8 / 0.3) * 0.7);
  });

  test('never asks more than its settings allow', () => {
    const seconds = work(steady(100, 50), 20, { perSecond: 10, concurrency: 3 });
    for (const { served, refused } of seconds.slice(2)) expect(served + refused).toBeLessThanOrEqual(11);
    expect(used(seconds).refused).toBe(0);
  });
});

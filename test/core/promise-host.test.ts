/** The verbs in a plain process, under fake timers: signals, deadlines and what becomes of an abort. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  FanOutCancelledError,
  fanOut,
  gather,
  group,
  promiseHost,
  type FanOutControl,
  type TaskContext,
} from '../../src/index.ts';
import { thrownBy } from './stage.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const after = <T>(ms: number, value: T): Promise<T> =>
  new Promise((resolve) => void setTimeout(() => resolve(value), ms));
const endless = (): Promise<never> => new Promise(() => {});
const times = (all: readonly number[], options = {}) => gather(all, (ms) => after(ms, ms), { id: String, ...options });

/** Lets all timers fire. */
async function finished<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  await vi.runAllTimersAsync();
  return promise;
}

test('twenty tasks with one straggler are back at the deadline, with 19 results and its id', async () => {
  const all = Array.from({ length: 20 }, (_, index) => (index === 7 ? 30_000 : 100 + index));
  const found = await finished(times(all, { deadline: '1s' }));
  expect(found).toMatchObject({
    stoppedBy: 'deadline',
    successCount: 19,
    failedTasks: { 30000: 'Still running when the deadline passed (1000 ms)' },
  });
  expect(found.elapsedMs).toBeLessThanOrEqual(1100);
  expect(found.results[0]).toMatchObject({ startedAt: 1_000_000, durationMs: 100 });
});

test('a result whose timer is due with the deadline counts', async () => {
  expect(await finished(times([100, 150, 500], { deadline: 100 }))).toMatchObject({
    stoppedBy: 'deadline',
    mergedResults: [100],
  });
});

test('a task that reads its signal is told to stop and given the grace', async () => {
  const log: string[] = [];
  const polite = async (_: number, { signal }: TaskContext): Promise<void> => {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    await after(300, undefined);
    log.push(`cleaned up, ${signal.reason instanceof DOMException ? signal.reason.name : 'for no reason'}`);
  };
  const found = await finished(gather([1], polite, { deadline: 1000 }));
  expect(log).toEqual(['cleaned up, AbortError']);
  expect(found.elapsedMs).toBe(1301);
});

test('a task that does not read its signal is not waited for', async () => {
  const found = await finished(gather([1], () => after(5000, 'late'), { deadline: 1000 }));
  expect(found.elapsedMs).toBeLessThanOrEqual(1001);
});

test('nothing of a fan-out keeps the process alive after its end', async () => {
  const promise = gather([1, 2], endless, { deadline: 10, taskTimeout: '1 hour', hedge: { after: '1 hour' } });
  await vi.advanceTimersByTimeAsync(20);
  expect((await promise).stoppedBy).toBe('deadline');
  expect(vi.getTimerCount()).toBe(0);
});

test('a deadline beyond what a timer bears does not come early', async () => {
  const promise = gather([1], endless, { deadline: '60 days' });
  await vi.advanceTimersByTimeAsync(59 * 86_400_000);
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  await vi.advanceTimersByTimeAsync(2 * 86_400_000);
  expect(await promise).toMatchObject({ stoppedBy: 'deadline', elapsedMs: 60 * 86_400_000 + 1 });
});

test('aborting the signal of the host cancels its fan-outs and their tasks', async () => {
  const controller = new AbortController();
  const host = fanOut(promiseHost({ signal: controller.signal }));
  const aborted: string[] = [];
  const task = (id: string, { signal }: TaskContext): Promise<void> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        aborted.push(id);
        reject(signal.reason as Error);
      });
    });
  setTimeout(() => controller.abort(), 50);
  const error = await finished(thrownBy(host.gather(['a', 'b'], task)));
  expect(error).toBeInstanceOf(FanOutCancelledError);
  expect(aborted).toEqual(['a', 'b']);
});

test('a host whose signal is aborted already starts nothing', async () => {
  const started: number[] = [];
  const host = fanOut(promiseHost({ signal: AbortSignal.abort() }));
  const error = await finished(thrownBy(host.group([1, 2], (value) => started.push(value), { deadline: 1000 })));
  expect(error).toBeInstanceOf(FanOutCancelledError);
  expect([started, vi.getTimerCount()]).toEqual([[], 0]);
});

test('a fan-out no longer listens to the signal once it is over', async () => {
  const controller = new AbortController();
  const removed = vi.spyOn(controller.signal, 'removeEventListener');
  await finished(fanOut(promiseHost({ signal: controller.signal })).gather([1], String));
  expect(removed).toHaveBeenCalledOnce();
});

test('each fan-out is handed out for live control', async () => {
  const controls: FanOutControl[] = [];
  const host = fanOut(promiseHost({ opened: (control) => void controls.push(control) }));
  const promise = host.gather([10, 5000], (ms) => after(ms, ms), { name: 'slow ones' });
  await vi.advanceTimersByTimeAsync(100);
  expect(controls.map(({ name }) => name)).toEqual(['slow ones']);
  controls[0]?.apply({ kind: 'settleNow' });
  expect(await promise).toMatchObject({ stoppedBy: 'settleNow', mergedResults: [10] });
});

test('a `group` aborts the others with the first failure', async () => {
  const aborted: string[] = [];
  const broken = async (): Promise<never> => after(10, undefined).then(() => Promise.reject(new Error('down')));
  const waiting = ({ signal }: TaskContext): Promise<void> =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(void aborted.push('waiting'))));
  await expect(finished(group({ broken, waiting }))).rejects.toThrow("Task 'broken' failed: down");
  expect(aborted).toEqual(['waiting']);
});

/** For whom an activity spends: by the fairness key that comes with it, else by its workflow's, of which the server is asked. */
import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { noopMetricMeter } from '@temporalio/common';
import { expect, test, vi } from 'vitest';
import { countTokens } from '../../../src/activities/count-tokens.ts';
import { costed } from '../../../src/limits/costs/here.ts';
import { CostRecorder } from '../../../src/limits/costs/recorder.ts';
import type { CostEntry, CostTable } from '../../../src/limits/costs/table.ts';
import { noUse } from '../../../src/limits/learned/tenant-budget.ts';
import { reserveTokens } from '../../../src/limits/tokens.ts';

const written: CostEntry[] = [];
const table: CostTable = {
  add: async (entries) => void written.push(...entries),
  used: async () => ({ ...noUse, cost: 9 }),
  ofRuns: async () => [],
  ofTasks: async () => [],
  ofTenants: async () => [],
  forgetRuns: async () => {},
  close: async () => {},
};
const inbound = costed(new CostRecorder({ table, budgets: { poor: { cost: 9 } }, onMessage: () => {} }));
const told: string[] = [];
const unbudgeted = costed(new CostRecorder({ table, budgets: {}, onMessage: (text) => told.push(text) }));

let asked = 0;
interface Run {
  readonly id: string;
  readonly type?: string;
  /** Its fairness key, as the server has it; an error where it does not say. */
  readonly key: string | Error;
}

function contextOf({ id, type = 'runTasks', key }: Run, isBare: boolean): Context {
  const describeWorkflowExecution = async (): Promise<object> => {
    asked++;
    if (key instanceof Error) throw key;
    return { workflowExecutionInfo: { priority: { fairnessKey: key } } };
  };
  const client = { options: { namespace: 'default' }, workflowService: { describeWorkflowExecution } };
  const workflowExecution = { workflowId: id, runId: `run of ${id}` };
  const own = { priority: isBare || key instanceof Error ? {} : { fairnessKey: key } };
  const info = { workflowExecution, workflowType: type, activityId: 't', attempt: 1, isLocal: false, ...own };
  return { info, client, metricMeter: noopMetricMeter } as never;
}

/** One attempt with a call of a model, and whose it was written down to be by its end. */
async function spend(run: Run, isBare: boolean): Promise<Pick<CostEntry, 'run' | 'kind' | 'tenant'>> {
  written.length = 0;
  await asyncLocalStorage.run(contextOf(run, isBare), () =>
    inbound.execute?.({ args: [], headers: {} }, async () => {
      const settle = await reserveTokens(3);
      countTokens('m', { inputTokens: 3, outputTokens: 1, cost: 2 });
      await settle(4);
      return 'said';
    }),
  );
  expect(written).toHaveLength(1);
  const [{ run: of, kind, tenant } = { run: '', kind: '', tenant: '' }] = written;
  return { run: of, kind, tenant };
}

test.each([false, true])(
  'each call is written to its run and tenant before its attempt ends, where no key comes with it: %s',
  async (bare) => {
    expect(await spend({ id: `a-${bare}`, key: 'acme' }, bare)).toEqual({
      run: `a-${bare}`,
      kind: 'tasks',
      tenant: 'acme',
    });
    expect(await spend({ id: `b-${bare}`, key: 'run:b' }, bare)).toMatchObject({ tenant: undefined });
    const page = { id: `m-${bare}/12`, type: 'mapBranch', key: 'acme' };
    expect(await spend(page, bare)).toEqual({ run: `m-${bare}`, kind: 'map', tenant: 'acme' });
    await expect(spend({ id: `p-${bare}`, key: 'poor' }, bare)).rejects.toMatchObject({
      type: 'TenantBudgetSpent',
      nonRetryable: true,
    });
  },
);

test('the server is asked once a workflow, calls at the same time included, and only where no key comes with them', async () => {
  asked = 0;
  for (let call = 0; call < 3; call++) await spend({ id: 'once', key: 'acme' }, true);
  expect(asked).toBe(1);
  await asyncLocalStorage.run(contextOf({ id: 'twice', key: 'acme' }, true), () =>
    inbound.execute?.({ args: [], headers: {} }, async () => {
      for (let call = 0; call < 3; call++) countTokens('m', { inputTokens: 3, outputTokens: 1 });
    }),
  );
  expect(asked).toBe(2);
  await spend({ id: 'alone', key: 'acme' }, false);
  expect(asked).toBe(2);
});

test('an activity without a workflow is nobody’s, and the server is not asked for one', async () => {
  asked = 0;
  written.length = 0;
  const context = contextOf({ id: 'none', key: 'poor' }, true);
  Object.assign(context.info, { workflowExecution: undefined, workflowType: undefined });
  await asyncLocalStorage.run(context, () =>
    inbound.execute?.({ args: [], headers: {} }, async () => {
      await reserveTokens(3);
      countTokens('m'.repeat(3000), { inputTokens: 3, outputTokens: 1 });
    }),
  );
  expect(asked).toBe(0);
  expect(written).toMatchObject([{ run: '', tenant: undefined, model: 'm'.repeat(200) }]);
});

test('where the server does not say whose a call is, nothing is spent for whoever it may be', async () => {
  const run = { id: 'lost', key: new Error('away') };
  await expect(spend(run, true)).rejects.toMatchObject({ type: 'BudgetUnreadable' });
});

test('where nobody has a budget, what is spent meanwhile is counted to its run alone, and that is said', async () => {
  written.length = 0;
  await asyncLocalStorage.run(contextOf({ id: 'unknown', key: new Error('the server is away') }, true), () =>
    unbudgeted.execute?.({ args: [], headers: {} }, async () => countTokens('m', { inputTokens: 3, outputTokens: 1 })),
  );
  expect(written).toMatchObject([{ run: 'unknown', tenant: undefined }]);
  expect(told).toEqual([expect.stringMatching(/Whose run 'unknown' is cannot be asked.*the server is away/)]);
});

test('while the server does not say whose a run is, each run is told once, and the server asked again only after a while', async () => {
  [asked, told.length, written.length] = [0, 0, 0];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const call = (id: string, key: string | Error): unknown =>
    asyncLocalStorage.run(contextOf({ id, key }, true), () =>
      unbudgeted.execute?.({ args: [], headers: {} }, async () =>
        countTokens('m', { inputTokens: 3, outputTokens: 1 }),
      ),
    );
  try {
    for (const id of ['one', 'one', 'one', 'two', 'one']) await call(id, new Error('the server is away'));
    expect(written).toHaveLength(5);
    expect(asked).toBe(2);
    expect(told).toEqual([expect.stringContaining("'one'"), expect.stringContaining("'two'")]);
    await vi.advanceTimersByTimeAsync(4000);
    await call('one', 'acme');
    expect(asked).toBe(3);
    expect(written.at(-1)).toMatchObject({ run: 'one', tenant: 'acme' });
  } finally {
    vi.useRealTimers();
  }
});

test('what a pack counts after the attempt that began it has ended is written at once', async () => {
  written.length = 0;
  let goOn = (): void => {};
  let counted: Promise<void> | undefined;
  await asyncLocalStorage.run(contextOf({ id: 'late', key: 'acme' }, false), () =>
    inbound.execute?.({ args: [], headers: {} }, async () => {
      const gate = new Promise<void>((resolve) => (goOn = resolve));
      counted = gate.then(() => countTokens('m', { inputTokens: 3, outputTokens: 1 }));
    }),
  );
  goOn();
  await counted;
  await expect.poll(() => written).toMatchObject([{ run: 'late', tenant: 'acme' }]);
});

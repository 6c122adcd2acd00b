/** Workflows that only tests run, beside those of the package; each shows one end of a fan-out. */
import { condition, defineSignal, setHandler, CancellationScope, isCancellation } from '@temporalio/workflow';
import { asCompleted, gather, group, mapActivity, proxyActivities } from '../../src/workflow.js';
export * from '../../src/workflows/index.js';
const { wait } = proxyActivities();
const id = (job) => job.id;
export async function gathered(jobs, options = {}) {
    return gather(jobs, wait, { id, ...options });
}
export async function gatheredUntil(jobs, wanted) {
    return gather(jobs, wait, { id, until: (result) => result === wanted });
}
export async function grouped(jobs, options = {}) {
    return group(jobs, wait, { id, ...options });
}
export async function ordered(jobs, stopAfter) {
    const order = [];
    for await (const result of asCompleted(jobs, wait, { id })) {
        order.push(`${result.id}:${result.success ? 'ok' : result.error.kind}`);
        if (order.length === stopAfter)
            break;
    }
    return order;
}
export async function named() {
    const { mergedResults, results } = await gather({
        orders: () => wait({ id: 'orders', ms: 10, value: ['o-1'] }),
        payments: () => wait({ id: 'payments', ms: 10, fail: 'no such customer' }),
    });
    return { mergedResults, payments: results.payments };
}
/** Two fan-outs at once whose tasks share their ids. */
export async function nested() {
    const inner = async (name) => {
        const { successCount } = await gather(['a', 'b', 'c'], (each) => wait({ id: each, ms: 20 }), { id: String, name });
        return successCount;
    };
    return group(['left', 'right'], inner, { id: String, name: 'both' });
}
export async function mapped(inputs) {
    return mapActivity(inputs, 'echo');
}
export async function plainError() {
    await gather([1], async () => 1, { minSuccessRatio: 2 });
}
/** What an empty workflow costs. */
export async function empty() { }
export const go = defineSignal('go');
/** A cancelled block around a fan-out is not a cancelled workflow. */
export async function scoped(jobs) {
    const scope = new CancellationScope();
    setHandler(go, () => scope.cancel());
    try {
        await scope.run(() => gather(jobs, wait, { id }));
        return 'finished';
    }
    catch (error) {
        if (!isCancellation(error))
            throw error;
        await condition(() => true);
        return 'cancelled';
    }
}

/** BullMQ on Redis: a flow whose children are the tasks and whose parent gathers them. */
import { join } from 'node:path';
import { FlowProducer, Job, Queue, QueueEvents, Worker } from 'bullmq';
import { perform } from '../../perform.mjs';
import { freePort, startProcess, untilListening } from '../../processes.mjs';
import { makeTasks } from '../../tasks.mjs';

const gathers = 'gathers';
const performs = 'performs';

export async function startEngine({ folder, variant }) {
  const port = await freePort();
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    appendonly: 'yes',
    appendfsync: variant === 'flow, fsync always' ? 'always' : 'everysec',
    save: '',
    'maxmemory-policy': 'noeviction',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = startProcess(process.env.REDIS_SERVER ?? 'redis-server', args, { logFile: join(folder, 'redis.log') });
  await untilListening(port);
  return { info: { port }, pid: server.pid, stop: () => server.stop() };
}

const connectionTo = ({ port }) => ({ host: '127.0.0.1', port, maxRetriesPerRequest: null });

/** A killed worker's jobs are taken up when their lock has run out, by default after half a minute and a look each half a minute. */
export async function startWorker({ info, variant, concurrency }) {
  const connection = connectionTo(info);
  const locks = variant === 'flow, stalled each 2 s' ? { lockDuration: 2000, stalledInterval: 2000 } : {};
  const performer = new Worker(
    performs,
    ({ data: { task, work } }, _token, signal) => perform(work, task, work === 'straggler' ? signal : undefined),
    { connection, concurrency, ...locks },
  );
  const gatherer = new Worker(gathers, gather, { connection, concurrency: 10, ...locks });
  for (const worker of [performer, gatherer]) worker.on('error', (error) => console.error(error.message));
  await Promise.all([performer.waitUntilReady(), gatherer.waitUntilReady()]);
  return {
    calls: { cancel: ({ jobs }) => jobs.forEach((job) => performer.cancelJob(job, 'deadline')) },
    close: () => Promise.all([performer.close(true), gatherer.close(true)]),
  };
}

/** Runs once every child has settled. */
async function gather(job) {
  const successes = Object.keys(await job.getChildrenValues()).length;
  const failures = Object.keys(await job.getIgnoredChildrenFailures()).length;
  return { successes, failures, reported: successes + failures };
}

export async function connect({ info, worker }) {
  const connection = connectionTo(info);
  const flow = new FlowProducer({ connection });
  const queue = new Queue(gathers, { connection });
  const events = new QueueEvents(gathers, { connection });
  await events.waitUntilReady();
  const child = (task, work) => ({
    name: 'task',
    queueName: performs,
    data: { task, work },
    opts: { ignoreDependencyOnFailure: true, attempts: 1 },
  });
  const add = ({ id, count, work }) =>
    flow.add({
      name: 'fan',
      queueName: gathers,
      opts: { jobId: id },
      children: makeTasks(count).map((task) => child(task, work)),
    });
  return {
    run: async (request) =>
      request.deadlineMs === undefined ? (await add(request)).job.waitUntilFinished(events) : cut(request),
    rejoin: async ({ id }) => (await Job.fromId(queue, id)).waitUntilFinished(events),
    async diagnose({ id }) {
      const job = await Job.fromId(queue, id);
      return job ? { state: await job.getState(), counts: await job.getDependenciesCount() } : { state: 'no such job' };
    },
  };

  /** A flow has no deadline: the caller stops waiting, reads what is there, and cancels the rest by hand. */
  async function cut(request) {
    const { job, children } = await add(request);
    await job.waitUntilFinished(events, request.deadlineMs).catch(() => {});
    const successes = Object.keys(await job.getChildrenValues()).length;
    const open = [];
    for (const { job: each } of children) if (!(await each.isCompleted())) open.push(each.id);
    await worker.call('cancel', { jobs: open });
    return { successes, failures: children.length - successes, reported: children.length };
  }
}

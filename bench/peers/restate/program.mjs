/** Restate, in two ways: each task a journaled step of one invocation (`steps`), or an invocation of its own (`calls`). */
import './node-20.mjs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as restate from '@restatedev/restate-sdk';
import * as clients from '@restatedev/restate-sdk-clients';
import { limiter, pause, perform } from '../../perform.mjs';
import { freePort, startProcess, untilListening } from '../../processes.mjs';
import { counted, makeTasks } from '../../tasks.mjs';

const { RestatePromise } = restate;
const tries = 100;

const performer = restate.service({
  name: 'performer',
  handlers: {
    perform: (context, { task, work }) =>
      context.run('perform', () => perform(work, task, context.request().attemptCompletedSignal)),
  },
});

const fan = restate.service({
  name: 'fan',
  handlers: {
    steps: async (context, { count, work, concurrency, deadlineMs }) => {
      const tasks = makeTasks(count);
      const limit = limiter(concurrency);
      const signal = context.request().attemptCompletedSignal;
      const step = (task) => context.run(task.id, () => limit(() => perform(work, task, signal)));
      const running = tasks.map((task) => within(step(task), deadlineMs));
      return counted(tasks, await RestatePromise.allSettled(running));
    },
    calls: async (context, { count, work, deadlineMs }) => {
      const tasks = makeTasks(count);
      const client = context.serviceClient({ name: 'performer' });
      const calls = tasks.map((task) => client.perform({ task, work }));
      const settled = await RestatePromise.allSettled(calls.map((call) => within(call, deadlineMs)));
      for (const [index, { status }] of settled.entries())
        if (status === 'rejected') context.invocation(await calls[index].invocationId).cancel();
      return counted(tasks, settled);
    },
  },
});

const within = (promise, deadlineMs) => (deadlineMs === undefined ? promise : promise.orTimeout(deadlineMs));

export async function startEngine({ folder, concurrency }) {
  const [ingress, admin, node, service] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const binary = `./node_modules/@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`;
  const program = process.env.RESTATE_SERVER ?? fileURLToPath(new URL(binary, import.meta.url));
  const env = {
    RESTATE_BASE_DIR: join(folder, 'restate'),
    RESTATE_LISTEN_MODE: 'tcp',
    RESTATE_BIND_IP: '127.0.0.1',
    RESTATE_ADVERTISED_HOST: '127.0.0.1',
    RESTATE_BIND_PORT: String(node),
    RESTATE_INGRESS__BIND_PORT: String(ingress),
    RESTATE_ADMIN__BIND_PORT: String(admin),
    RESTATE_DISABLE_TELEMETRY: 'true',
    RESTATE_LOG_FILTER: 'warn',
    RESTATE_WORKER__INVOKER__CONCURRENT_INVOCATIONS_LIMIT: String(concurrency + 1),
  };
  const logFile = join(folder, 'restate.log');
  const server = startProcess(program, ['--no-logo'], { env, cwd: folder, logFile });
  await untilListening(ingress);
  await untilOk(() => fetch(`http://127.0.0.1:${admin}/health`));
  return { info: { ingress, admin, service }, pid: server.pid, stop: () => server.stop('SIGKILL') };
}

async function untilOk(ask) {
  for (let left = tries; ; left--) {
    const answer = await ask().catch((error) => ({ ok: false, text: async () => String(error) }));
    if (answer.ok) return;
    if (left === 0) throw new Error(`Restate is not ready: ${await answer.text()}`);
    await pause(100);
  }
}

export async function startWorker({ info }) {
  await restate.serve({ services: [fan, performer], port: info.service });
  const deployment = { uri: `http://127.0.0.1:${info.service}`, force: true };
  await untilOk(() =>
    fetch(`http://127.0.0.1:${info.admin}/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(deployment),
    }),
  );
  return {};
}

export async function connect({ info, variant }) {
  const client = clients.connect({ url: `http://127.0.0.1:${info.ingress}` }).serviceClient({ name: 'fan' });
  const run = ({ id, ...request }) => client[variant](request, clients.rpc.opts({ idempotencyKey: id }));
  return {
    run,
    // The same key joins the invocation that there is.
    rejoin: run,
    async diagnose({ id }) {
      const query = `select status, retry_count, last_failure, journal_size from sys_invocation where idempotency_key = '${id}'`;
      const answer = await fetch(`http://127.0.0.1:${info.admin}/query`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ query }),
      });
      return answer.json();
    },
  };
}

/** The commands that stay: `dev`, `worker`, `serve`. A signal is their regular end, so they exit 0 then. */
import { given } from '../core/given.ts';
import { InvalidArgumentError, type Command } from 'commander';
import { readConfig } from '../config.ts';
import type { EndStuckOptions } from '../runs/end-stuck.ts';
import { addEndStuckOptions, endStuckOptions, usualAttempts, type EndStuckFlags } from './end-stuck.ts';
import { equipment, faceOf } from './equipment.ts';
import { addSharedOptions, lasting, type Invocation, type SharedOptions } from './invocation.ts';
import { Drain } from './drain.ts';
import { exitCodes, log, type ExitCode } from './exit.ts';
import { watchServer } from '../telemetry/watch-server.ts';
import { watchStuck } from '../telemetry/watch-stuck.ts';
import { Monitoring } from './monitoring.ts';
import type { RunningService } from '../http.ts';
import { answerText } from './report.ts';
import type { Session } from './session.ts';

interface ServiceOptions extends SharedOptions, EndStuckFlags {
  readonly metricsPort?: string;
  readonly host?: string;
  readonly port?: number;
}

interface WorkerOptions extends SharedOptions, EndStuckFlags {
  readonly metricsPort?: string;
  readonly demo?: true;
  readonly drain?: string;
}

export function addProcesses(program: Command): void {
  const dev = program
    .command('dev')
    .description('the server with its Web UI, a worker and the HTTP service, until Ctrl-C');
  addSharedOptions(addEndStuckOptions(addServiceOptions(dev))).action(lasting(runDev));
  const worker = program.command('worker').description('one worker process; a signal drains it');
  worker.option('--demo', 'serve the activities `echo` and `wait` as well, for trials');
  worker.option('--drain <time>', 'how long it goes on with what it has when a signal comes (FANFOLD_DRAIN, else 1m)');
  addSharedOptions(addEndStuckOptions(addMetricsPort(worker))).action(lasting(runWorker));
  const serve = program.command('serve').description('the HTTP service alone');
  addSharedOptions(addEndStuckOptions(addServiceOptions(serve))).action(lasting(runServe));
}

function addMetricsPort(command: Command): Command {
  const what =
    'shows /metrics, /healthz and /readyz there, without a token, on this machine alone unless a host is named';
  return command.option('--metrics-port <[host:]port>', `${what} (FANFOLD_METRICS_PORT)`);
}

function addServiceOptions(command: Command): Command {
  return addMetricsPort(command)
    .option('--host <host>', 'where the HTTP service listens; any but loopback needs FANFOLD_TOKEN')
    .option('--port <port>', 'its port', toPort);
}

async function runDev(invocation: Invocation<ServiceOptions>): Promise<void> {
  const ending = endStuckOptions(invocation.options, usualAttempts);
  const monitoring = new Monitoring(invocation.options.metricsPort);
  const session = await invocation.interruptible(invocation.session());
  await monitoring.collect(session);
  await invocation.interruptible(session.startWorker('runs'));
  await invocation.interruptible(session.serveLeftByCommands());
  await endStuck(invocation, session, ending);
  const service = await invocation.interruptible(startHttp(invocation, session));
  const metrics = await monitoring.open(invocation, session, { worker: true, service });
  watch(invocation, session);
  watchRuns(invocation, session, 'service');
  await announce(invocation, session, { service: service.url, worker: true, metrics });
  await untilOver(invocation, session.workerEnds());
}

async function runWorker(invocation: Invocation<WorkerOptions>): Promise<ExitCode> {
  const ending = endStuckOptions(invocation.options, 'never');
  const drain = new Drain(invocation.options.drain);
  const monitoring = new Monitoring(invocation.options.metricsPort);
  const session = await invocation.interruptible(invocation.session());
  await monitoring.collect(session);
  const times = { production: !invocation.options.demo, ...drain.options };
  await invocation.interruptible(session.startWorker('runs', times));
  await invocation.interruptible(session.serveLeftByCommands(times));
  await invocation.interruptible(beginDeployment(session));
  await endStuck(invocation, session, ending);
  const metrics = await monitoring.open(invocation, session, { worker: true });
  watch(invocation, session);
  watchRuns(invocation, session, 'worker');
  await announce(invocation, session, { worker: true, metrics });
  await untilOver(invocation, session.workerEnds());
  drain.begin();
  await session.drain();
  const problem = drain.problem();
  if (problem === undefined) return exitCodes.done;
  invocation.say(`fanfold: ${problem}`);
  return exitCodes.failed;
}

async function runServe(invocation: Invocation<ServiceOptions>): Promise<void> {
  const ending = endStuckOptions(invocation.options, 'never');
  const monitoring = new Monitoring(invocation.options.metricsPort);
  const session = await invocation.interruptible(invocation.session());
  await endStuck(invocation, session, ending);
  const service = await invocation.interruptible(startHttp(invocation, session));
  const metrics = await monitoring.open(invocation, session, { service });
  watch(invocation, session);
  watchRuns(invocation, session, 'service');
  await announce(invocation, session, { service: service.url, metrics });
  await untilOver(invocation);
}

/** Of the first version of all there is nobody to say so, and without it no new run would begin. */
async function beginDeployment({ client: { temporal } }: Session): Promise<void> {
  const { buildId, deployment: deploymentName } = readConfig();
  if (buildId === undefined) return;
  const { currentBuild, promote } = await import('../runs/deployments.ts');
  const current = await currentBuild(temporal, deploymentName);
  if (current === undefined) await promote(temporal, { deploymentName, buildId });
}

/** Says once that the server does not answer, and once that it does again. */
function watch(invocation: Invocation<SharedOptions>, session: Session): void {
  void watchServer(() => session.askServer(), { signal: endOf(invocation), log });
}

/** Each look asks the server of each of so many open runs; there are more workers than services. */
const watched = { service: { runs: 50, everyMs: 10_000 }, worker: { runs: 25, everyMs: 30_000 } } as const;

function watchRuns(invocation: Invocation<SharedOptions>, { client }: Session, by: keyof typeof watched): void {
  const { runs, everyMs } = watched[by];
  // It loads the SDK, which `--help` does not wait for.
  const look = async (told: readonly string[]): ReturnType<Parameters<typeof watchStuck>[0]> =>
    (await import('../runs/list-stuck.ts')).findStuck(client, runs, told);
  void watchStuck(look, { signal: endOf(invocation), log, everyMs });
}

/** Beside everything else, until the process ends. */
async function endStuck(
  invocation: Invocation<SharedOptions>,
  { client }: Session,
  options: EndStuckOptions | undefined,
): Promise<void> {
  if (!options) return;
  // It loads the SDK, which `--help` does not wait for.
  const { endStuckRuns } = await import('../runs/end-stuck.ts');
  void endStuckRuns(client, options, { signal: endOf(invocation), onMessage: (text) => invocation.say(text) });
}

/** Aborts when the process ends, for what goes on beside everything else. */
function endOf(invocation: Invocation<SharedOptions>): AbortSignal {
  const ending = new AbortController();
  invocation.atEnd(async () => ending.abort());
  return ending.signal;
}

async function startHttp(invocation: Invocation<ServiceOptions>, session: Session): Promise<RunningService> {
  const { host, port } = invocation.options;
  const { token } = readConfig();
  const service = await equipment().startService({
    client: session.client,
    ...given({ host, port, token }),
    answerText: (view, open) => answerText(view, faceOf(view.kind), open),
    onMessage: (message) => invocation.say(message),
  });
  invocation.atEnd(() => service.close());
  return service;
}

interface Parts {
  readonly service?: string;
  readonly worker?: true;
  readonly metrics?: string | undefined;
}

function announce(
  invocation: Invocation,
  { server, client }: Session,
  { service, worker, metrics }: Parts,
): Promise<void> {
  const { address, namespace, uiUrl } = server;
  const { taskQueue } = client;
  const facts = {
    address,
    namespace,
    taskQueue,
    ...given({ uiUrl, service, page: service && `${service}/`, metrics }),
  };
  const lines = [
    ['Temporal', `${address} (namespace ${namespace}${server.embedded ? ', fanfold’s own' : ''})`],
    ['Web UI', uiUrl],
    ['Service', service],
    ['Page', service && `${service}/ – runs to watch and steer`],
    ['Metrics', metrics && `${metrics}/metrics, /healthz, /readyz`],
    ['Worker', worker && `serves task queue '${taskQueue}'`],
  ].filter(([, text]) => text !== undefined);
  const text = [...lines.map(([name = '', fact = '']) => `${name.padEnd(9)}${fact}`), 'Ctrl-C ends it'].join('\n');
  return invocation.answer(facts, () => text);
}

/** A worker that ends by itself is an error of its own, which its promise brings. */
async function untilOver(invocation: Invocation, ...ends: Promise<void>[]): Promise<void> {
  await Promise.race([invocation.interrupted(), ...ends]);
  if (invocation.signal.aborted) invocation.say('Ending what runs here (once more to end at once) …');
}

function toPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
}

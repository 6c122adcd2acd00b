/** What is in `deploy/`: each metric that a dashboard or an alert names is one that a worker shows, and the parts agree with each other. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { parse, parseAllDocuments } from 'yaml';
import { expect, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { checkSettings } from '../../src/settings.ts';
import { readConfig } from '../../src/config.ts';
import { milliseconds, type Duration } from '../../src/core/duration.ts';
import { clusterMetrics, workMetrics, type MetricDefinition } from '../../src/core/metrics.ts';
import { lasting } from '../support/lasting.ts';
import { scriptedModel } from '../support/model.ts';
import { eventually } from '../support/temporal.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const file = (path: string): Promise<string> => readFile(`${root}${path}`, 'utf8');

/** Expressions of rules and panels, by where they stand. */
async function expressions(): Promise<Map<string, string>> {
  const { groups } = parse(await file('deploy/prometheus/alerts.yml')) as {
    groups: { rules: { alert: string; expr: string }[] }[];
  };
  const dashboard = JSON.parse(await file('deploy/grafana/dashboards/fanfold.json')) as {
    panels: { title: string; targets: { expr: string }[] }[];
  };
  return new Map([
    ...groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => [alert, expr] as const)),
    ...dashboard.panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }, at) => [`${title} ${at}`, expr] as const),
    ),
  ]);
}

const named = (expression: string): string[] =>
  expression.match(/\b(?:fanfold|temporal|process|nodejs)_[a-z_]+/g) ?? [];

const queue = `deploy-${randomUUID().slice(0, 8)}`;
const model = scriptedModel();

/** What a worker and a service show that have done of everything some: the labels of each series, by its name. */
async function scraped(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  model.classifies({ topics: ['order'], orderId: 1042 });
  model.plays({ content: 'It is in transit [order 1042].' });
  const environment = {
    FANFOLD_TASK_QUEUE: queue,
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: 'scripted',
    FANFOLD_MODEL_PRICES: '{ "scripted": { "input": 1, "output": 2 } }',
  };
  const limits = { api: { concurrency: 2, perSecond: 50, tokensPerMinute: 600 } };
  const files = { 'fanfold.config.json': JSON.stringify({ limits }) };
  const worker = await lasting(['worker', '--demo', '--metrics-port', '0'], { environment, files });
  const home = join(worker.home, '.fanfold');
  const service = await lasting(['serve', '--port', '0', '--metrics-port', '0'], {
    environment: { ...environment, FANFOLD_HOME: home },
    files,
  });
  const start = (kind: string, input: object, options: object): Promise<Response> =>
    fetch(`${service.facts.service}/runs/${kind}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: `${queue}-${kind}`, input, options }),
    });
  const odd = { id: 'odd', activity: 'wait', input: { ms: 1, failures: 1 } };
  await start('tasks', { tasks: [odd, { id: 'b', activity: 'echo', limit: 'api' }] }, { budget: 5 });
  await start('support', { message: 'Where is my order 1042?', customer: 7 }, { tenant: 'acme' });
  const connection = await Connection.connect({ address: worker.facts.address });
  const client = new FanfoldClient({ client: new Client({ connection }), taskQueue: queue });
  for (const kind of ['tasks', 'support']) await client.result(`${queue}-${kind}`);
  const read = async (from: string | undefined): Promise<string> => (await fetch(`${from}/metrics`)).text();
  // The counters of a run are a step behind its end.
  const ofWorker = await eventually(async () => {
    const text = await read(worker.facts.metrics);
    return /^fanfold_runs_total\{.*"support"/m.test(text) && /^fanfold_runs_total\{.*"tasks"/m.test(text)
      ? text
      : undefined;
  });
  const text = `${ofWorker}\n${await read(service.facts.metrics)}`;
  await Promise.all([worker.stop(), service.stop(), connection.close()]);
  const shown = new Map<string, Set<string>>();
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z_]+)(?:\{(.*)\})? \S+$/gm)) {
    const known = shown.get(name) ?? new Set<string>();
    shown.set(name, known);
    for (const [, label = ''] of labels.matchAll(/([a-z_]+)="/g)) known.add(label);
  }
  return shown;
}

const ofHistogram = /_(?:bucket|sum|count)$/;

test('what panels, alerts and the guide name is shown by a worker or a service, and what these show of ours is in the guide', async () => {
  const shown = await scraped();
  const all = await expressions();
  expect(all.size).toBeGreaterThan(15);
  // The scraper's own.
  const added = ['instance', 'job'];
  for (const [where, expression] of all) {
    const names = named(expression);
    expect(names, where).not.toEqual([]);
    const labels = new Set(names.flatMap((name) => [...(shown.get(name) ?? [])]));
    for (const name of names) expect([...shown.keys()], where).toContain(name);
    const asked = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, by = '']) => by.split(/,\s*/));
    const chosen = [...expression.matchAll(/([a-z_]+)=~?"/g)].map(([, label = '']) => label);
    for (const label of [...asked, ...chosen])
      if (!added.includes(label)) expect([...labels], `${where}: ${label}`).toContain(label);
  }
  const ours = [...shown.keys()].filter((name) => name.startsWith('fanfold_'));
  const families = new Set(
    ours.map((name) => (shown.has(`${name.replace(ofHistogram, '')}_bucket`) ? name.replace(ofHistogram, '') : name)),
  );
  const guide =
    (await file('docs/production.md')).split(/^## /m).find((part) => part.startsWith('What to watch')) ?? '';
  const told = new Set([...guide.matchAll(/`(fanfold_[a-z_]+)`/g)].map(([, name = '']) => name));
  expect([...told].toSorted()).toEqual([...families].toSorted());
  const defined: MetricDefinition[] = Object.values({ ...workMetrics, ...clusterMetrics });
  for (const { name, type, labels } of defined) {
    const series = type === 'counter' ? `${name}_total` : type === 'gauge' ? name : `${name}_bucket`;
    expect([...(shown.get(series) ?? [])], name).toEqual(expect.arrayContaining([...labels]));
  }
}, 120_000);

interface Container {
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly livenessProbe: { readonly httpGet: { readonly path: string; readonly port: string } };
  readonly readinessProbe: { readonly httpGet: { readonly path: string; readonly port: string } };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly envFrom: readonly object[];
}
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly template: {
      readonly spec: { readonly terminationGracePeriodSeconds: number; readonly containers: readonly Container[] };
    };
  };
}

async function manifests(): Promise<Manifest[]> {
  const files = await readdir(`${root}deploy/kubernetes`);
  const texts = await Promise.all(files.map((name) => file(`deploy/kubernetes/${name}`)));
  return texts.flatMap((text) =>
    parseAllDocuments(text).map((document) => {
      expect(document.errors).toEqual([]);
      return document.toJS() as Manifest;
    }),
  );
}

test('in Kubernetes a worker is given longer to end than it drains, and is asked at the port that it shows', async () => {
  const all = await manifests();
  const deployments = all.filter(({ kind }) => kind === 'Deployment');
  expect(deployments.map(({ metadata }) => metadata.name).toSorted()).toEqual(['fanfold-service', 'fanfold-worker']);
  for (const { spec } of deployments) {
    const { terminationGracePeriodSeconds, containers } = spec.template.spec;
    const [{ args, ports, livenessProbe, readinessProbe, volumeMounts, envFrom }] = containers as [Container];
    // The same environment and settings for all: limits, budgets, kinds of one's own.
    expect(envFrom).toEqual([{ configMapRef: { name: 'fanfold' } }, { secretRef: { name: 'fanfold' } }]);
    expect(volumeMounts).toContainEqual(expect.objectContaining({ mountPath: '/app/fanfold.config.json' }));
    const drain = args[args.indexOf('--drain') + 1] as Duration;
    if (args.includes('--drain'))
      expect(terminationGracePeriodSeconds * 1000).toBeGreaterThan(milliseconds(drain, 'drain') + 5000);
    const metrics = ports.find(({ name }) => name === 'metrics');
    expect(args[args.indexOf('--metrics-port') + 1]).toBe(`0.0.0.0:${metrics?.containerPort}`);
    expect([livenessProbe.httpGet, readinessProbe.httpGet]).toEqual([
      { path: '/healthz', port: 'metrics' },
      { path: '/readyz', port: 'metrics' },
    ]);
  }
  const { data = {} } = all.find(({ metadata }) => metadata.name === 'fanfold-limits') ?? {};
  checkSettings(JSON.parse(data['fanfold.config.json'] ?? ''), 'config.yaml');
});

test('the image asks a process that shows its health whether it is well, and takes one that shows none for well', async () => {
  const [, listed = ''] = /^HEALTHCHECK .*? CMD (\[.*\])$/m.exec(await file('Dockerfile')) ?? [];
  const [, ...args] = JSON.parse(listed) as [string, ...string[]];
  const check = (FANFOLD_METRICS_PORT?: string): Promise<number> =>
    new Promise((resolve) => {
      const env = { ...process.env, FANFOLD_METRICS_PORT };
      execFile(process.execPath, args, { env }, (error) => resolve(error ? Number(error.code) : 0));
    });
  let status = 200;
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/healthz' ? status : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await check(`0.0.0.0:${port}`)).toBe(0);
  expect(await check(String(port))).toBe(0);
  status = 503;
  expect(await check(String(port))).toBe(1);
  server.close();
  server.closeAllConnections();
  expect(await check(String(port))).toBe(1);
  expect(await check()).toBe(0);
});

test('in Compose every process shares the store, the database and the limits, and drains before it is killed', async () => {
  const { services } = parse(await file('docker-compose.yml'), { merge: true }) as {
    services: Record<
      string,
      { environment: Record<string, string>; volumes: string[]; command: string; stop_grace_period?: string }
    >;
  };
  for (const name of ['worker', 'service']) {
    const { environment = {}, volumes } = services[name] ?? {};
    const { metricsPort, taskQueue } = readConfig(environment);
    expect([metricsPort, taskQueue]).toEqual(['0.0.0.0:9464', 'fanfold']);
    expect(environment).toMatchObject({ FANFOLD_STORE: '/store', DATABASE_URL: expect.stringMatching(/^postgres:/) });
    expect(volumes).toEqual(['store:/store', './deploy/fanfold.config.json:/app/fanfold.config.json:ro']);
  }
  const { command = '', stop_grace_period: grace } = services['worker'] ?? {};
  const drain = /--drain (\S+)/.exec(command)?.[1];
  expect(milliseconds(grace as Duration, 'grace')).toBeGreaterThan(milliseconds(drain as Duration, 'drain') + 5000);
  checkSettings(JSON.parse(await file('deploy/fanfold.config.json')), 'deploy/fanfold.config.json');
  // The four lines of the guide.
  const dynamic = parse(await file('deploy/temporal/dynamic-config.yaml')) as Record<string, unknown>;
  const guide = await file('docs/on-a-real-server.md');
  for (const key of Object.keys(dynamic)) expect(guide).toContain(key);
});

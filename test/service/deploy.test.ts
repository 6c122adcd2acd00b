/** What is in `deploy/`: each metric that a dashboard or an alert names is one that a worker shows, and the parts agree with each other. */
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
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

function seriesOf({ name, type }: MetricDefinition): string[] {
  if (type === 'counter') return [`${name}_total`];
  return type === 'gauge' ? [name] : ['_bucket', '_sum', '_count'].map((ending) => name + ending);
}

const named = (expression: string): string[] =>
  expression.match(/\b(?:fanfold|temporal|process|nodejs)_[a-z_]+/g) ?? [];

test('each metric that a panel or an alert names exists, with the labels that it is asked by', async () => {
  const taskQueue = `deploy-${randomUUID().slice(0, 8)}`;
  const worker = await lasting(['worker', '--demo', '--metrics-port', '0'], {
    environment: { FANFOLD_TASK_QUEUE: taskQueue },
  });
  const connection = await Connection.connect({ address: worker.facts.address });
  const client = new FanfoldClient({ client: new Client({ connection }), taskQueue });
  await client.run('tasks', { tasks: [{ id: 'a', activity: 'echo' }] });
  const shown = await (await fetch(`${worker.facts.metrics}/metrics`)).text();
  await worker.stop();
  await connection.close();
  const own: MetricDefinition[] = Object.values({ ...workMetrics, ...clusterMetrics });
  const all = await expressions();
  expect(all.size).toBeGreaterThan(15);
  for (const [where, expression] of all) {
    const names = named(expression);
    expect(names, where).not.toEqual([]);
    for (const name of names) {
      const metric = own.find((each) => seriesOf(each).includes(name));
      const isShown = new RegExp(`^${name}[{ ]`, 'm').test(shown);
      expect(metric !== undefined || (!name.startsWith('fanfold_') && isShown), `${where}: ${name}`).toBe(true);
      const by = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(/,\s*/));
      const added = ['le', 'instance'];
      for (const label of metric ? by.filter((each) => !added.includes(each)) : [])
        expect(metric?.labels, `${where}: ${label}`).toContain(label);
    }
  }
});

interface Container {
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly livenessProbe: { readonly httpGet: { readonly path: string; readonly port: string } };
  readonly readinessProbe: { readonly httpGet: { readonly path: string; readonly port: string } };
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
    const [{ args, ports, livenessProbe, readinessProbe }] = containers as [Container];
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

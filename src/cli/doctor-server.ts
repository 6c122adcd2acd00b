/** What the doctor asks a server that answers, by the client that every command has, so that TLS, keys and profiles hold here too. */
import { messageOf } from '../core/thrown.ts';
import { limitQueue } from '../limits/learned/settings.ts';
import type { RunsClient } from '../runs/client.ts';
import type { DoctorFinding } from '../runs/face.ts';
import { days, namespaceFacts } from '../runs/namespace.ts';
import type { Poller } from '../limits/pollers.ts';
import { isServed, pollersOf, queueOf } from '../runs/pollers.ts';
import { countStuck } from '../runs/list-stuck.ts';
import { strangerStores } from '../runs/queue-stores.ts';
import { storeIdentity } from '../store/identity.ts';
import { readSettings } from '../settings.ts';
import { callOf } from './exit.ts';
import { many } from './text.ts';

/** Runs that end today are asked for tomorrow. */
const shortRetentionMs = 3 * 86_400_000;

/** Open runs, the newest, of which each is asked about. */
const mostOpen = 200;
/** Of a worker that was heard of so lately nobody is told when. */
const quietSeconds = 10;

/** Each of its own; one that could not be asked says so, and hides no other. */
export async function examineServer(client: RunsClient): Promise<DoctorFinding[]> {
  const asked: [what: string, ask: () => Promise<DoctorFinding[]>][] = [
    ['Namespace', () => namespace(client)],
    ['Workers', () => workers(client)],
    ['Limits without workers', () => limits(client)],
    ['Runs that cannot go on', () => stuck(client)],
    ['Store', () => store(client)],
  ];
  const found = await Promise.all(
    asked.map(([what, ask]) =>
      ask().catch((error: unknown) => [
        { what, ok: false, found: `could not be asked: ${messageOf(error)}`, needed: false },
      ]),
    ),
  );
  return found.flat();
}

async function namespace({ temporal }: RunsClient): Promise<DoctorFinding[]> {
  const facts = await namespaceFacts(temporal);
  const name = temporal.options.namespace;
  const setup = callOf(`namespace setup --namespace ${name}`);
  if (!facts)
    return [
      { what: 'Namespace', ok: false, found: `the server has no '${name}'`, needed: true, advice: `make it: ${setup}` },
    ];
  const kept = {
    what: 'Namespace',
    found: `${name}; a run that has ended is kept for ${days(facts.retentionMs)}`,
    needed: false,
  };
  const advice = `then it is gone, with what it can tell, and its id may be started again; longer: ${setup} --retention 30d`;
  const { lacks } = facts;
  return [
    { ...kept, ok: facts.retentionMs >= shortRetentionMs, advice },
    ...(facts.updates === undefined ? [] : [updates(facts.updates)]),
    ...(lacks === undefined ? [] : [attributes(lacks, setup)]),
  ];
}

function updates(taken: boolean): DoctorFinding {
  const what = 'Updates';
  if (taken) return { what, ok: true, found: 'runs that go on can be changed and answered', needed: true };
  return {
    what,
    ok: false,
    found: 'the namespace takes none, so no run can be settled, extended, approved or added to',
    needed: true,
    advice: 'its server allows them by `frontend.enableUpdateWorkflowExecution` of the dynamic configuration',
  };
}

function attributes(lacks: readonly string[], setup: string): DoctorFinding {
  const what = 'Search attributes';
  if (lacks.length === 0)
    return { what, ok: true, found: 'runs can be found by kind, tenant, limit and how they ended', needed: false };
  return {
    what,
    ok: false,
    found: `the namespace lacks ${lacks.join(', ')}`,
    needed: false,
    advice: `to find runs by them: ${setup}`,
  };
}

async function workers(client: RunsClient): Promise<DoctorFinding[]> {
  const pollers = await pollersOf(queueOf(client.temporal, client.taskQueue), 'runs');
  const found = pollers.map(pollerName).join(', ') || `none on the queue '${client.taskQueue}'`;
  const advice = 'commands that start runs bring their own; `fanfold worker` starts one that stays';
  return [{ what: 'Workers', ok: pollers.length > 0, found, needed: false, advice }];
}

/** With how old that is where it may have died since, as the server hears of a worker once a minute at the least. */
function pollerName({ identity, lastSeenAt }: Poller): string {
  const seconds = Math.round((Date.now() - lastSeenAt) / 1000);
  return seconds > quietSeconds ? `${identity} (asked for work ${seconds} s ago)` : identity;
}

async function limits(client: RunsClient): Promise<DoctorFinding[]> {
  const { temporal, taskQueue } = client;
  const { limits: named } = await readSettings();
  // A database that cannot be read is a finding of its own.
  const found = await client.limits().catch(() => []);
  const waiting = found.filter(({ queued }) => queued > 0).map(({ name }) => name);
  const asked = [...new Set([...Object.keys(named), ...waiting])].map(async (name) =>
    (await isServed(temporal, limitQueue(taskQueue, name), 'runs')) ? [] : [name],
  );
  const unserved = (await Promise.all(asked)).flat();
  if (asked.length === 0) return [];
  const text = unserved.length === 0 ? 'each is served' : `no worker serves ${unserved.join(', ')}`;
  const advice = 'what waits there waits until a worker with the same configuration starts';
  return [{ what: 'Limits without workers', ok: unserved.length === 0, found: text, needed: false, advice }];
}

async function stuck(client: RunsClient): Promise<DoctorFinding[]> {
  const count = await countStuck(client, mostOpen);
  const found = count === 0 ? `none of the newest ${mostOpen} open ones` : many(count, 'run');
  return [{ what: 'Runs that cannot go on', ok: count === 0, found, needed: false, advice: callOf('runs --stuck') }];
}

async function store({ temporal, taskQueue, store: own }: RunsClient): Promise<DoctorFinding[]> {
  const id = await storeIdentity(own);
  const what = 'Store';
  if (id === undefined)
    return [
      {
        what,
        ok: false,
        found: 'cannot be read or written',
        needed: true,
        advice: 'look at FANFOLD_STORE, and at the rights there',
      },
    ];
  const problem = await strangerStores(queueOf(temporal, taskQueue), own);
  if (problem === undefined) return [{ what, ok: true, found: `${id}, which the workers share`, needed: false }];
  return [{ what, ok: false, found: problem, needed: false, advice: 'what is large is found on one side only' }];
}

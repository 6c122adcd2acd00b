/** Runs as the service answers them, one for each thing that a page must show well. */
import { fanIn } from '../../src/core/fan-in.ts';
import type { Progress } from '../../src/core/live/control.ts';
import type { TaskResult } from '../../src/core/task.ts';
import type { RunView } from '../../src/runs/run-view.ts';

export const hostile = '<img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>';
export const long = `DE02120300000000202051-${'0123456789'.repeat(20)}`;
/** With each kind of part that a document has, and what is too wide for a window in each. */
export const documented = `# Where herons nest

In *high* trees, ~~never~~ **seldom** elsewhere, as \`ls -la ${'x'.repeat(300)}\` says [1]. ${long}

- In colonies [2]
  1. of ten
  2. of [a hundred](https://example.org/herons?of=${'x'.repeat(300)})
- ${hostile}

> Said by somebody who saw them.

| place | pairs | ${long} |
| --- | ---: | --- |
| a lake | 12 | ${hostile} |
| ${long} | 3 | \`a|b\` |

\`\`\`text
${'wide '.repeat(80)}
\`\`\`

---

1. Herons (Crossref). <https://example.org/herons>
`;
const startedAt = Date.UTC(2026, 2, 1);

export const ok = (id: string, at = 0, durationMs = 100, result: unknown = id): TaskResult => ({
  id,
  success: true,
  result,
  durationMs,
  attempts: 1,
  startedAt: startedAt + at,
});
export const failure = (id: string, message: string, at = 200): TaskResult => ({
  id,
  success: false,
  error: { kind: 'failed', name: 'RateLimited', message },
  durationMs: 50,
  attempts: 2,
  startedAt: startedAt + at,
});

export function ended(runId: string, results: readonly TaskResult[], more: object = {}): RunView {
  return {
    runId,
    kind: 'tasks',
    status: 'completed',
    startedAt,
    closedAt: startedAt + 2000,
    fanIn: fanIn(results, { elapsedMs: 2000, stoppedBy: 'allSettled' }),
    ...more,
  };
}

export function running(runId: string, more: Partial<Progress> = {}, ofRun: object = {}): RunView {
  const now = Date.now();
  const tasks: Progress['tasks'] = [
    { id: 'quick', state: 'succeeded', startedAt: now - 5000, durationMs: 414 },
    { id: 'slow', state: 'running', startedAt: now - 5000 },
    {
      id: 'waits',
      state: 'running',
      startedAt: now - 4000,
      waitingFor: { limit: 'openai', why: 'throttled', until: now + 90_000 },
    },
    { id: 'broken', state: 'failed', startedAt: now - 5000, durationMs: 30, message: 'It answered 500' },
    { id: hostile, state: 'queued' },
  ];
  const progress: Progress = {
    name: 'tasks',
    total: 5,
    queued: 1,
    running: 2,
    succeeded: 1,
    failed: 1,
    concurrency: 3,
    startedAt: now - 5000,
    deadlineAt: now + 3_600_000,
    minimum: { successes: 3 },
    tasks,
    ...more,
  };
  return { runId, kind: 'tasks', status: 'running', startedAt: now - 6000, progress: [progress], ...ofRun };
}

export const views: Readonly<Record<string, RunView>> = {
  running: running('running'),
  approvals: running(
    'approvals',
    {},
    {
      kind: 'support',
      approvals: [
        {
          callId: 'refund-1',
          tool: 'refund',
          input: { payment: 'P-1', cents: 2500, note: hostile },
          until: Date.now() + 7 * 86_400_000,
        },
      ],
    },
  ),
  plan: {
    runId: 'plan',
    kind: 'research',
    status: 'running',
    startedAt: Date.now() - 5000,
    progress: [],
    approvals: [
      {
        callId: 'plan',
        tool: 'plan',
        input: { questions: ['Where do grey herons nest?', `What do they eat? ${long}`, hostile] },
        until: Date.now() + 600_000,
      },
    ],
  },
  items: running(
    'items',
    {
      name: 'items',
      total: 2000,
      queued: 1480,
      running: 20,
      succeeded: 499,
      failed: 1,
      tasks: [
        { id: 'slow', state: 'running', startedAt: Date.now() - 65_000, retry: { attempt: 2 } },
        { id: long, state: 'running', startedAt: Date.now() - 5000 },
        { id: 'odd', state: 'failed', message: 'it is odd' },
        { id: 'quick', state: 'succeeded', startedAt: Date.now() - 65_000, durationMs: 12 },
      ],
    },
    { kind: 'map' },
  ),
  question: running(
    'question',
    {},
    {
      kind: 'agent',
      approvals: [
        {
          callId: 'question',
          tool: 'reply',
          input: {},
          question: `Which of the two orders? ${long}`,
          until: Date.now() + 86_400_000,
        },
      ],
    },
  ),
  stuck: running(
    'stuck',
    {},
    {
      stuck: { reason: 'workflowTaskFails', since: startedAt, attempts: 12, message: `its code throws: ${long}` },
    },
  ),
  unanswered: { runId: 'unanswered', kind: 'tasks', status: 'running', startedAt },
  completed: ended('completed', [ok('a'), ok('b', 100, 900)]),
  partial: ended('partial', [
    ok('a'),
    failure('b', 'status 429'),
    failure('c', 'status 429'),
    failure(hostile, `${hostile} ${long}`),
  ]),
  failed: ended('failed', [failure(long, long)], {
    status: 'failed',
    error: { type: 'InsufficientResultsError', message: long },
  }),
  cancelled: {
    runId: 'cancelled',
    kind: 'tasks',
    status: 'cancelled',
    startedAt,
    closedAt: startedAt + 1,
    error: { type: 'Cancelled', message: 'The run was cancelled' },
  },
  answered: ended('answered', [ok('arxiv', 0, 100, { found: 3, usage: { input: 1200, output: 34 } })], {
    answer: { text: 'x' },
    kind: 'research',
    asked: `Where do herons nest? ${long}`,
    redriveOf: 'an-earlier-one',
  }),
};

import { mkdtempSync } from 'node:fs'; import { Client } from '@temporalio/client';
import { startEngine } from './fanfold/program.mjs'; import { connectWorker, serve } from './engines/temporal.mjs'; import { createWorker } from '../dist/worker.js';
const folder = mkdtempSync('/tmp/rec/w-'); const engine = await startEngine({ server: 'file', folder, shared: '/tmp/rec' });
const connection = await connectWorker(engine.info);
const activities = { noop: () => {}, wait50: () => new Promise((r) => setTimeout(r, 50)) };
const w = serve(await createWorker({ connection, taskQueue: 'bench', activities, home: folder, worker: { workflowBundle: { codePath: engine.info.codePath } } }));
const client = new Client({ connection }); const med = (a) => a.sort((x, y) => x - y)[a.length >> 1].toFixed(1);
let n = 0; const run = async (type, args, eager) => { const t = performance.now(); await client.workflow.execute(type, { taskQueue: 'bench', workflowId: 'x' + n++ + Date.now(), args, requestEagerStart: eager, workflowTaskTimeout: '1s' }); return performance.now() - t; };
const s = {}; const add = (k, v) => (s[k] ??= []).push(v);
for (const [k, t, a, e] of [['empty eager', 'empty', [], true], ['g5 eager', 'gathered', [5, 'noop', {}], true]]) { for (let i = 0; i < 5; i++) await run(t, a, e); const c = process.cpuUsage(), w0 = performance.now(); for (let i = 0; i < 60; i++) await run(t, a, e); const d = process.cpuUsage(c); console.log(k, 'cpu/run', ((d.user + d.system) / 60000).toFixed(1), 'wall', ((performance.now() - w0) / 60).toFixed(1)); }
for (const [k, v] of Object.entries(s)) console.log(k, med(v));
await w.close(); await engine.stop(); process.exit(0);

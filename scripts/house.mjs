#!/usr/bin/env node
/**
 * The shape of src/, measured and bounded: who imports whom, what is in a circle, what loads how much.
 * Printed with its bounds; exits 1 where one is passed. Imports of types count as imports.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src/', import.meta.url));
const built = fileURLToPath(new URL('../dist/', import.meta.url));
const lists = ['agents/kinds', 'agents/activities', 'agents/commands', 'agents/workflows'];
/** Processes begin here; only they may know the agents. */
const roots = new Set([
  'index',
  'workflow',
  'activities',
  'worker',
  'client',
  'command',
  'http',
  'cli',
  'agent',
  'workflows/index',
]);

/** What each room may import besides itself. A name ends the match at a folder or is a file. */
const arrows = {
  core: [],
  'errors.ts': [],
  'config.ts': [],
  packages: ['core', 'errors'],
  'limits/learned': ['core'],
  'define-config.ts': ['core', 'runs/kind', 'runs/part', 'runs/face', 'limits/learned'],
  'settings.ts': ['config', 'core/json', 'core/unknown-keys', 'define-config', 'limits/learned'],
  store: ['core', 'config', 'errors', 'packages'],
  workflows: ['core', 'limits/learned'],
  limits: ['core', 'config', 'limits/learned', 'packages', 'settings', 'store'],
  runs: ['core', 'errors', 'limits', 'limits/learned', 'packages', 'store'],
  activities: ['core', 'limits', 'limits/learned', 'packages', 'runs/part', 'settings', 'define-config', 'store'],
  'dev-server': ['core/clock', 'core/given', 'core/sleep', 'packages'],
  worker: [
    'activities',
    'config',
    'core',
    'dev-server',
    'errors',
    'limits',
    'packages',
    'runs',
    'store',
    'workflows/tame',
  ],
  telemetry: ['core', 'errors', 'limits', 'packages', 'runs'],
  http: ['client', 'config', 'core', 'errors', 'runs', 'telemetry'],
  cli: [
    'client',
    'config',
    'core',
    'dev-server',
    'errors',
    'http',
    'limits',
    'packages',
    'runs',
    'settings',
    'store',
    'telemetry',
    'worker',
  ],
  'command.ts': ['cli', 'config', 'core', 'errors', 'runs', 'store'],
};
/** Types alone, where a room must know the form of what it schedules or serves. */
const typeArrows = { workflows: ['activities'], http: ['limits'] };
/** What an agent is made of: entries and kits, by its room; `agents/loop` and `agents/model` serve the others. */
const kits = [
  'index',
  'core/text/index',
  'workflow',
  'activities/index',
  'command',
  'runs/kind',
  'store/index',
  'errors',
  'packages/installed',
];
const shared = ['loop', 'model'];

const files = readdirSync(source, { recursive: true })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map((file) => file.split(sep).join('/').replace(/\.ts$/, ''))
  .toSorted((a, b) => a.localeCompare(b));
const texts = new Map(files.map((file) => [file, readFileSync(join(source, `${file}.ts`), 'utf8')]));
const imports = new Map(files.map((file) => [file, importsOf(file)]));

function importsOf(file) {
  const found = texts
    .get(file)
    .matchAll(/(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'(\.[^']+)'|import\('(\.[^']+)'\)/g);
  return [...found].map(([, type, from, lazy]) => ({
    to: relative(source, join(source, dirname(file), from ?? lazy))
      .split(sep)
      .join('/')
      .replace(/\.ts$/, ''),
    type: type !== undefined,
  }));
}

/** The room of a file: a folder of the top, the two parts of limits apart, or the file itself at the top. */
function roomOf(file) {
  if (roots.has(file) || lists.includes(file) || !file.includes('/')) return `${file}.ts`;
  if (file.startsWith('limits/learned/')) return 'limits/learned';
  if (file.startsWith('agents/')) return file.split('/').slice(0, 2).join('/');
  return file.split('/')[0];
}

/** Strongly connected components of more than one node (R. Tarjan, 1972). */
function circles(graph) {
  const [index, low, stack, on, found] = [new Map(), new Map(), [], new Set(), []];
  const visit = (node) => {
    index.set(node, index.size);
    low.set(node, index.get(node));
    stack.push(node);
    on.add(node);
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) visit(next);
      if (on.has(next)) low.set(node, Math.min(low.get(node), low.get(next)));
    }
    if (low.get(node) !== index.get(node)) return;
    const circle = stack.splice(stack.indexOf(node));
    for (const each of circle) on.delete(each);
    if (circle.length > 1) found.push(circle);
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return found;
}

function graphOf(name) {
  const graph = new Map();
  for (const [file, all] of imports)
    for (const { to } of all) {
      const [a, b] = [name(file), name(to)];
      if (!graph.has(a)) graph.set(a, new Set());
      if (a !== b) graph.get(a).add(b);
    }
  return graph;
}

const within = (file, room) => file === room || file.startsWith(`${room}/`);

/** For a circle of folders a list of agents is part of its folder, and an entry is not. */

/** Each import that the arrows do not allow. */
function strayImports() {
  const stray = [];
  for (const [file, all] of imports)
    for (const { to, type } of all)
      if (!isAllowed(file, to, type)) stray.push(`${file} → ${to}${type ? ' (type)' : ''}`);
  return stray;
}

function isAllowed(file, to, type) {
  const [from, target] = [roomOf(file), roomOf(to)];
  if (from === target || roots.has(file) || lists.includes(file)) return true;
  if (from.startsWith('agents/')) return agentMay(from, to, target);
  return [...(arrows[from] ?? []), ...(type ? (typeArrows[from] ?? []) : [])].some(
    (room) => target === room || within(to, room),
  );
}

function agentMay(from, to, target) {
  if (kits.includes(to)) return true;
  return shared.some((room) => target === `agents/${room}` && from !== 'agents/model');
}

/** Lines of code that `import` of an entry loads, as they are compiled: without types, comments and blank lines. */
function linesLoadedBy(entry) {
  const seen = new Set();
  const visit = (file) => {
    if (seen.has(file)) return 0;
    seen.add(file);
    const code = readFileSync(join(built, `${file}.js`), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    const next = [...code.matchAll(/(?:import|export)[^'";]*?(?:from\s+)?['"](\.[^'"]+)\.js['"]/g)];
    const below = next.map(([, to]) =>
      relative(built, join(built, dirname(file), to))
        .split(sep)
        .join('/'),
    );
    const own = code.split('\n').filter((line) => line.trim() !== '').length;
    return below.reduce((sum, each) => sum + visit(each), own);
  };
  return visit(entry);
}

const lines = (file) => texts.get(file).split('\n').length - 1;
const agents = [
  ...new Set(files.filter((file) => /^agents\/[^/]+\//.test(file)).map((file) => file.split('/')[1])),
].filter((agent) => !shared.includes(agent));
const naming = files.filter(
  (file) =>
    !file.startsWith('agents/') && !roots.has(file) && imports.get(file).some(({ to }) => to.startsWith('agents/')),
);
/** Shared files in which an agent must be entered. */
const entered = new Set(
  agents.flatMap((agent) =>
    files
      .filter(
        (file) =>
          !file.startsWith(`agents/${agent}/`) && imports.get(file).some(({ to }) => to.startsWith(`agents/${agent}/`)),
      )
      .filter((file) => !file.startsWith('agents/') || lists.includes(file)),
  ),
);
const twice = Object.entries(
  Object.groupBy?.(names(), ([name]) => name) ??
    names().reduce((all, each) => ({ ...all, [each[0]]: [...(all[each[0]] ?? []), each] }), {}),
).filter(([, places]) => places.length > 1);

function names() {
  return files.flatMap((file) =>
    [...texts.get(file).matchAll(/^export (?:abstract )?(?:interface|type|class) (\w+)/gm)].map(([, name]) => [
      name,
      file,
    ]),
  );
}

/** `given` of core says the same in fewer words; left are values made of what is there, and a task's hot path. */
const spreads = files.flatMap((file) => {
  const found = texts.get(file).match(/=== undefined\s*\? \{\}|!== undefined\s*\? \{[^}]*\} : \{\}/g) ?? [];
  return found.map(() => file);
});

/** "The surprising rule" marks what breaks something where it is not kept; where every file has one, none surprises. */
const surprising = files.filter((file) => /the surprising rule/i.test(texts.get(file)));
/** Casts through `never` and `unknown` hide a type that is missing; each one left says why. */
const casts = files.flatMap((file) =>
  [...texts.get(file).matchAll(/^(?! \*).* as (?:never|unknown as)\b/gm)].map(() => file),
);

const facts = [
  ['library files that name an agent', naming, 0],
  ['circles of folders', circles(graphOf(roomOf)).map((circle) => circle.join(' ⇄ ')), 0],
  ['circles of files', circles(graphOf((file) => file)).map((circle) => circle.join(' ⇄ ')), 0],
  ['imports against the arrows', strayImports(), 0],
  [
    'exported type names that are there twice',
    twice.map(([name, places]) => `${name}: ${places.map(([, file]) => file).join(', ')}`),
    0,
  ],
  ['files with a surprising rule', surprising, 75],
  ['casts through `never` or `unknown`', casts, 12],
  ['spreads of what may be undefined, instead of `given`', spreads, 21],
  ["lines of code that `import 'fanfold'` loads", linesLoadedBy('index'), 1300],
  ['lines of the host of a workflow', lines('workflows/host'), 75],
  ['files that an agent is entered in outside its folder', [...entered], 4],
];

let failed = false;
for (const [what, found, most] of facts) {
  const count = Array.isArray(found) ? found.length : found;
  const ok = count <= most;
  failed ||= !ok;
  console.log(`${ok ? '✓' : '✗'} ${what}: ${count} (at most ${most})`);
  if (!ok && Array.isArray(found)) for (const each of found) console.log(`    ${each}`);
}
process.exitCode = failed ? 1 : 0;

/** Whose the time of a profile is: of the hooks that follow promises, of fanfold's modules, of the SDK, or of the worker outside. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
// Of the SDK, which maps its stack traces by it.
const { SourceMapConsumer } = createRequire(require.resolve('@temporalio/worker'))('source-map');

/**
 * @param profile as the inspector gives it
 * @returns milliseconds by owner, and of fanfold's those by module
 */
export async function ownersOf(profile, codePath) {
  const sourceOf = await sources(codePath);
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  for (const node of profile.nodes) for (const child of node.children ?? []) nodes.get(child).parent = node;
  const owners = {};
  const modules = {};
  for (const [index, id] of profile.samples.entries()) {
    const { owner, module } = ownerOf(nodes.get(id), sourceOf, codePath);
    const ms = profile.timeDeltas[index] / 1000;
    owners[owner] = (owners[owner] ?? 0) + ms;
    if (module) modules[module] = (modules[module] ?? 0) + ms;
  }
  return { owners, modules };
}

/** Of the innermost frame that says it; a hook belongs to itself, whoever made the promise. */
function ownerOf(node, sourceOf, codePath) {
  if (node.callFrame.functionName.startsWith('(')) return { owner: node.callFrame.functionName };
  const frames = [];
  for (let frame = node; frame; frame = frame.parent) frames.push(frame.callFrame);
  const hook = frames.findIndex(isHook);
  const inSandbox = frames.some(({ url }) => url.endsWith(codePath));
  if (hook !== -1) {
    const source = frames.slice(hook).map(sourceOf).find(Boolean);
    return { owner: inSandbox ? 'promise hooks' : 'promise hooks outside', module: source && `hooks: ${source}` };
  }
  if (!inSandbox) return { owner: 'worker outside' };
  const source = frames.map(sourceOf).find(Boolean) ?? '';
  const owner = /^(?:dist|bench|src)\//.test(source) ? 'fanfold' : 'SDK in the sandbox';
  return { owner, module: source };
}

function isHook({ url, functionName }) {
  if (/promise_hooks/.test(url)) return true;
  return /vm-shared/.test(url) && /^(?:init|settled|getActivator)$/.test(functionName);
}

async function sources(codePath) {
  const text = readFileSync(codePath, 'utf8');
  const [, map] = /sourceMappingURL=data:application\/json;(?:charset=utf-8;)?base64,(\S+)/.exec(text) ?? [];
  const consumer = await new SourceMapConsumer(JSON.parse(Buffer.from(map, 'base64').toString()));
  const known = new Map();
  return ({ url, lineNumber, columnNumber }) => {
    if (!url.endsWith(codePath)) return undefined;
    const key = `${lineNumber}:${columnNumber}`;
    if (!known.has(key)) {
      const { source } = consumer.originalPositionFor({ line: lineNumber + 1, column: columnNumber });
      known.set(key, source?.replace(/^.*?(dist|bench|node_modules)\//, '$1/') ?? '');
    }
    return known.get(key);
  };
}

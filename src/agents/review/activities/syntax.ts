/**
 * Languages without a linter of their own here: their syntax, and a few rules over it, by tree-sitter in this process.
 * C, C++ and C# are not reported where they do not parse, since macros need not, and a language may be newer than its grammar.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as TreeSitter from '@vscode/tree-sitter-wasm';
import { ApplicationFailure } from '@temporalio/common';
import type { Node, Parser, Query, Tree, TreeCursor } from '@vscode/tree-sitter-wasm';
import { installedNow } from '../../../activities/index.ts';
import type { ReviewClaim } from '../pure/findings.ts';
import { syntaxRules } from './rules.ts';
import { ofGrammar } from '../pure/settings.ts';
import type { SyntaxRule } from './syntax-rules/rule.ts';

interface Grammar {
  readonly parser: Parser;
  readonly queries: readonly (readonly [SyntaxRule, Query])[];
}

const require = createRequire(import.meta.url);
/** By language; loaded at its first use and kept, as loading takes longer than most files. */
const grammars = new Map<string, Promise<Grammar>>();
/** Of a shell's syntax no grammar knows all; that one of these is missing, nothing else explains. */
const endsOfBash = /^(?:fi|done|esac|then|do|\})$/;
const unforgiving = new Set(['go', 'java', 'rust', 'ruby', 'php', 'bash']);
/** Of one file: what follows the first is often its echo. */
const mostErrors = 3;
/** Microseconds would be the library's; this is milliseconds, after which a file is left. */
const timeout = 2000;

export function hasSyntaxRules(language: string): boolean {
  return Object.hasOwn(syntaxRules, language);
}

/** TypeScript with markup has a grammar of its own. */
function grammarOf(path: string, language: string): string {
  return /\.tsx$/i.test(path) ? 'tsx' : language;
}

export async function syntax(path: string, given: string, text: string): Promise<ReviewClaim[]> {
  const language = grammarOf(path, given);
  const claims = await withTree(language, text, ({ rootNode }, queries) => {
    const all = unforgiving.has(language) && rootNode.hasError ? errors(rootNode) : [];
    const broken = language === 'bash' ? all.filter((node) => node.isMissing && endsOfBash.test(node.type)) : all;
    const confidence = broken.length > 0 && isTorn(rootNode) ? 0.6 : ofGrammar;
    return [
      ...broken.map((node) => ({ ...claim(path, node, syntaxError(node)), confidence })),
      ...queries.flatMap(([rule, query]) =>
        query
          .captures(rootNode)
          .filter(({ name, node }) => name === 'found' && !isBroken(node) && (rule.when?.(node) ?? true))
          .map(({ node }) => claim(path, node, rule)),
      ),
    ];
  });
  // What no parser had time to read is not free of faults.
  if (!claims) throw ApplicationFailure.nonRetryable(`its parser had not ended after ${timeout} ms`, 'AnalyserTimeout');
  return claims;
}

/** What is made of the tree of a text while it is there; undefined where the parser had no time. */
export async function withTree<Made>(
  language: string,
  text: string,
  use: (tree: Tree, queries: Grammar['queries']) => Made,
): Promise<Made | undefined> {
  let loading = grammars.get(language);
  if (!loading) grammars.set(language, (loading = load(language)));
  const { parser, queries } = await loading;
  const until = Date.now() + timeout;
  const tree = parser.parse(language === 'go' ? text.replaceAll(newOfValue, 'neu') : text, null, {
    progressCallback: () => Date.now() > until,
  });
  if (!tree) {
    parser.reset();
    return undefined;
  }
  try {
    return use(tree, queries);
  } finally {
    tree.delete();
  }
}

/** Go 1.26 makes it of values, where the grammar knows types alone; of the same length, so that places stay. */
const newOfValue = /\bnew(?=\((?:["'`\d-]|[\w.]{1,60}\())/g;

let resolved: string | undefined;
const main = (): string => (resolved ??= installedNow('Review', () => require.resolve('@vscode/tree-sitter-wasm')));
/** The end of the last load: the library takes one at a time. */
let loaded: Promise<unknown> = Promise.resolve();

function load(language: string): Promise<Grammar> {
  const loading = loaded.then(() => open(language));
  loaded = loading.catch(() => {
    // Told to whoever asked for it; another language is none the worse.
  });
  return loading;
}

async function open(language: string): Promise<Grammar> {
  const library = require(main()) as typeof TreeSitter;
  await library.Parser.init();
  const grammar = await library.Language.load(join(dirname(main()), `tree-sitter-${language}.wasm`));
  const parser = new library.Parser();
  parser.setLanguage(grammar);
  return {
    parser,
    queries: (syntaxRules[language] ?? []).map((rule) => [rule, new library.Query(grammar, rule.query)] as const),
  };
}

/** What is around it was not understood, so what it is was guessed: C has names that are words of C++. */
function isBroken(node: Node): boolean {
  return node.hasError || node.parent?.hasError === true;
}

type Told = Pick<SyntaxRule, 'rule' | 'severity' | 'message'>;

function claim(path: string, node: Node, { rule, severity, message }: Told): ReviewClaim {
  const { startPosition: start, endPosition: end } = node;
  const place = { path, line: start.row + 1, endLine: end.row + 1, column: start.column + 1 };
  return { ...place, severity, confidence: 0.8, tool: 'syntax', rule, message };
}

function syntaxError(node: Node): Told {
  const what = node.isMissing ? `'${node.type}' is missing here` : 'The syntax is not understood from here';
  return { rule: 'syntax', severity: 'warning', message: what };
}

/**
 * Whether brackets are left open, nothing is understood to the end, or all that is wrong is a mark that is missing: what else
 * is not understood is newer than its grammar.
 */
function isTorn(root: Node): boolean {
  if (root.isError || root.lastChild?.isError) return true;
  let unclosed = 0;
  let lacksMark = false;
  let isNewer = false;
  walk(root, (at) => {
    if (at.nodeType === 'ERROR') isNewer = true;
    // Tokens have no name.
    else if (!at.nodeIsNamed) {
      if (at.nodeIsMissing && /^[;,:]$/.test(at.nodeType)) lacksMark = true;
      unclosed += at.nodeIsMissing ? closing(at.nodeType) : balance(at.nodeText);
    }
  });
  return unclosed !== 0 || (lacksMark && !isNewer);
}

/** Each node, whatever the depth: a recursion would end where somebody nested enough. */
function walk(root: Node, visit: (at: TreeCursor) => void): void {
  const cursor = root.walk();
  for (let goesOn = true; goesOn;) {
    visit(cursor);
    if (cursor.gotoFirstChild()) continue;
    while (!cursor.gotoNextSibling()) {
      if (cursor.gotoParent()) continue;
      goesOn = false;
      break;
    }
  }
  cursor.delete();
}

/** A word that is missing, such as `fi` or `end`, leaves open what a bracket would; a bracket that is missing was not written. */
function closing(token: string): number {
  return /^[a-z]+$/.test(token) ? 1 : 0;
}

function balance(token: string): number {
  return (token.match(/[([{]/g)?.length ?? 0) - (token.match(/[)\]}]/g)?.length ?? 0);
}

/** The first broken places, each as small as it is known. */
function errors(node: Node): Node[] {
  if (node.isMissing) return [node];
  const inside: Node[] = [];
  for (const child of node.children) {
    if (!child || !(child.hasError || child.isMissing)) continue;
    inside.push(...errors(child));
    if (inside.length >= mostErrors) break;
  }
  if (inside.length > 0) return inside.slice(0, mostErrors);
  return node.isError ? [node] : [];
}

/** A checkout that carries every known way to make a tool run a program of it; each leaves a mark where it ran. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Hostile {
  readonly root: string;
  /** The tricks that ran. */
  ran(): Promise<string[]>;
  /** Git as a person runs it, with the repository's configuration. */
  git(...args: string[]): string;
}

const hooks = [
  'post-index-change',
  'fsmonitor-watchman',
  'reference-transaction',
  'post-checkout',
  'pre-commit',
  'pre-auto-gc',
  'post-rewrite',
];

export async function hostile(): Promise<Hostile> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'fanfold-hostile-')));
  const [root, marks] = [join(base, 'checkout'), join(base, 'marks')];
  await mkdir(marks);
  const write = async (path: string, text: string): Promise<string> => {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  };
  const program = async (path: string, trick: string, rest = 'cat'): Promise<string> => {
    const file = await write(path, `#!/bin/sh\n: > '${join(marks, trick)}'\n${rest}\n`);
    await chmod(file, 0o755);
    return file;
  };
  const script = (trick: string): string =>
    `require('node:fs').writeFileSync(${JSON.stringify(join(marks, trick))}, '');`;
  const module = (trick: string): string =>
    `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(join(marks, trick))}, '');\nexport default {};\n`;
  const git = (...args: string[]): string => {
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'protocol.file.allow=always'];
    return execFileSync('git', [...who, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
  };

  await mkdir(root, { recursive: true });
  git('init', '-q', '-b', 'main');
  await write('a.py', 'def f(x):\n    return x\n');
  await write('a.ts', 'export const a = 1;\n');
  await write('a.rs', 'fn main() {}\n');
  await write('a.sh', '#!/bin/sh\necho hello\n');
  await write('hidden.py', 'x = 1\n');
  await write('marked.py', 'x = 1\n');
  await write('skipped.py', 'x = 1\n');
  git('add', '-A');
  git('commit', '-qm', 'first');

  await linters(write, program, module, script);
  git('add', '-A');
  git('commit', '-qm', 'second');
  await submodule(root, program, git);

  // What the change is: a line in each file, also in those that the repository would have overlooked.
  await write('a.py', 'def f(x=[]):\n    return x\n');
  await write('a.ts', 'export const a = 1;\ndebugger;\n');
  for (const name of ['hidden', 'marked', 'skipped']) await write(`${name}.py`, 'x = 1\nprint(unknown)\n');
  git('update-index', '--assume-unchanged', 'marked.py');
  git('update-index', '--skip-worktree', 'skipped.py');
  await write('.gitattributes', 'hidden.py -diff binary\n*.py filter=evil diff=evil merge=evil\n*.ts filter=evil\n');
  await repositoryTricks(root, write, program, git);
  return { root, git, ran: async () => (await readdir(marks)).toSorted() };
}

type Write = (path: string, text: string) => Promise<string>;
type Program = (path: string, trick: string, rest?: string) => Promise<string>;

/** What linters, compilers and package managers read beside the code. */
async function linters(
  write: Write,
  program: Program,
  module: (trick: string) => string,
  script: (trick: string) => string,
): Promise<void> {
  const plugin = '{"jsPlugins":["./evil.js"],"rules":{"evil/x":"error"}}';
  await write('.oxlintrc.json', plugin);
  await write('nested/.oxlintrc.json', plugin.replace('./evil.js', '../evil.js'));
  await write('nested/b.ts', 'debugger;\n');
  await write('evil.js', module('oxlint-plugin'));
  await write('oxlint.config.ts', module('oxlint-config'));
  await write('vite.config.ts', module('vite-config'));
  await write('eslint.config.js', module('eslint-config'));
  await write('tsconfig.json', '{"compilerOptions":{"plugins":[{"name":"./evil.js"}],"generateTrace":"traces"}}');
  await write(
    'Cargo.toml',
    '[package]\nname = "a"\nversion = "0.1.0"\nedition = "2021"\n[[bin]]\nname = "a"\npath = "a.rs"\n',
  );
  await write('build.rs', `fn main() { std::fs::write(${JSON.stringify('../marks/cargo-build')}, "").ok(); }\n`);
  await write('.cargo/config.toml', '[build]\nrustc-wrapper = "./bin/cargo"\n');
  await write('go.mod', 'module a\n\ngo 1.22\n');
  await write('.golangci.yml', 'linters-settings:\n  custom:\n    evil:\n      path: ./evil.so\n');
  await write('.semgrep.yml', 'rules: []\n');
  for (const name of ['oxlint', 'eslint', 'typescript']) {
    const bin = { oxlint: 'run.cjs', eslint: 'run.cjs', tsc: 'run.cjs' };
    await write(`node_modules/${name}/package.json`, JSON.stringify({ version: '9.9.9', bin }));
    await write(`node_modules/${name}/run.cjs`, script(`package-${name}`));
  }
  for (const name of ['git', 'shellcheck', 'hadolint', 'gitleaks', 'actionlint', 'cargo', 'golangci-lint', 'semgrep'])
    await program(`bin/${name}`, `path-${name}`, 'exit 1');
}

/** A repository in the repository, whose own configuration a `git status` within it would follow. */
async function submodule(root: string, program: Program, git: Hostile['git']): Promise<void> {
  const inner = join(root, 'inner');
  await mkdir(inner);
  const monitor = await program('inner-monitor.sh', 'submodule-fsmonitor', '');
  const run = (...args: string[]): void => {
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
    execFileSync('git', [...who, ...args], { cwd: inner, stdio: 'ignore' });
  };
  run('init', '-q', '-b', 'main');
  await writeFile(join(inner, 'x.py'), 'x = 1\n');
  run('add', '-A');
  run('commit', '-qm', 'inner');
  run('config', 'core.fsmonitor', monitor);
  git('add', 'inner');
  git('commit', '-qm', 'with a submodule');
  await writeFile(join(inner, 'x.py'), 'x = 2\n');
}

async function repositoryTricks(root: string, write: Write, program: Program, git: Hostile['git']): Promise<void> {
  const tricks = {
    'filter.evil.clean': 'filter-clean',
    'filter.evil.smudge': 'filter-smudge',
    'diff.evil.textconv': 'textconv',
    'diff.evil.command': 'diff-driver',
    'diff.external': 'external-diff',
    'merge.evil.driver': 'merge-driver',
    'core.fsmonitor': 'fsmonitor',
    'core.pager': 'pager',
    'core.editor': 'editor',
    'core.sshCommand': 'ssh-command',
    'core.gitProxy': 'proxy',
    'core.askPass': 'askpass',
    'core.alternateRefsCommand': 'alternate-refs',
    'credential.helper': 'credential',
    'gpg.program': 'gpg',
    'interactive.diffFilter': 'diff-filter',
    'uploadpack.packObjectsHook': 'pack-objects',
    'sequence.editor': 'sequence-editor',
  };
  for (const [key, trick] of Object.entries(tricks)) {
    const file = await program(`.git/tricks/${trick}.sh`, trick);
    git('config', key, file);
  }
  for (const hook of hooks) await program(`.git/hooks/${hook}`, `hook-${hook}`, 'exit 0');
  await program('.git/more-hooks/post-index-change', 'hooks-path', 'exit 0');
  git('config', 'core.hooksPath', join(root, '.git/more-hooks'));
  await write('.git/info/attributes', '*.py filter=evil diff=evil\n* filter=evil\n');
  await write('.git/objects/info/alternates', '../../inner/.git/objects\n');
  const included = await program('.git/tricks/included.sh', 'included');
  await write('.git/more', `[filter "evil"]\n\tprocess = ${included}\n[alias]\n\tdiff = !${included}\n`);
  git('config', 'include.path', 'more');
  git('config', `includeIf.gitdir:${root}/.path`, 'more');
  git('config', 'log.showSignature', 'true');
  // A partial clone fetches what is missing, from wherever it is told to.
  const fetcher = await program('.git/tricks/fetch.sh', 'promisor', 'exit 1');
  git('config', 'remote.origin.url', `ext::${fetcher}`);
  git('config', 'remote.origin.promisor', 'true');
  git('config', 'protocol.ext.allow', 'always');
  git('config', 'extensions.partialClone', 'origin');
  git('config', 'core.repositoryFormatVersion', '1');
}

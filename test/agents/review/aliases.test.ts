/** Names of modules that a project gives to places of its own are found in the project that the review compiles. */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ourProject } from '../../../src/agents/review/activities/programs/tsconfig.ts';

const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

async function project(files: Readonly<Record<string, string>>): Promise<{ root: string; file: string }> {
  const root = mkdtempSync(join(tmpdir(), 'fanfold-aliases-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const folder = mkdtempSync(join(tmpdir(), 'fanfold-ours-'));
  const call = { root, folder, project: join(root, 'tsconfig.json'), files: [{ path: 'src/a.ts' }] };
  return { root, file: await ourProject(call as unknown as Parameters<typeof ourProject>[0]) };
}

const messages = async (file: string): Promise<string> => {
  const run = promisify(execFile)(process.execPath, [compiler, '--project', file, '--pretty', 'false']);
  return run.then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
};

describe('an alias of a project', () => {
  const use = (name: string) => `import { b } from '${name}';\nexport const a: string = b;\n`;
  const part = { 'src/b.ts': 'export const b: number = 1;\n' };

  it.each<[string, object, string]>([
    ['relative to its file, without a point', { paths: { '@/*': ['src/*'] } }, '@/b'],
    ['relative to its file, with one', { paths: { '@/*': ['./src/*'] } }, '@/b'],
    ['relative to a folder that it names', { baseUrl: './src', paths: { '@/*': ['*'] } }, '@/b'],
    ['of that folder itself', { baseUrl: 'src' }, 'b'],
  ])('is found: %s', async (_name, compilerOptions, name) => {
    const { file } = await project({
      ...part,
      'src/a.ts': use(name),
      'tsconfig.json': JSON.stringify({
        compilerOptions: { module: 'esnext', moduleResolution: 'bundler', ...compilerOptions },
      }),
    });
    const said = await messages(file);
    expect(said).toContain("Type 'number' is not assignable to type 'string'");
    expect(said).not.toMatch(/TS2307|TS5\d{3}/);
  });

  it('is relative to the file that gives it, where another extends that', async () => {
    const { root, file } = await project({
      ...part,
      'src/a.ts': use('@/b'),
      'config/base.json': JSON.stringify({ compilerOptions: { paths: { '@/*': ['../src/*'] } } }),
      'tsconfig.json': JSON.stringify({ extends: './config/base.json' }),
    });
    const { compilerOptions } = JSON.parse(readFileSync(file, 'utf8')) as { compilerOptions: object };
    expect(compilerOptions).toMatchObject({ paths: { '@/*': [join(root, 'src/*')] } });
  });

  it('that leads out of the project is none', async () => {
    const paths = { '@/*': ['../*'], '#/*': ['/etc/*'], '~/*': [7, './*/*'], a: 'src', '*/*': ['src'] };
    const { file } = await project({ 'src/a.ts': '', 'tsconfig.json': JSON.stringify({ compilerOptions: { paths } }) });
    expect(JSON.parse(readFileSync(file, 'utf8'))).not.toHaveProperty('compilerOptions.paths');
  });
});

/** Compiles a module of src/ with what it imports, so that plain Node processes of a test can load it: Node 20 reads no TypeScript. */
import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');

/** The folder that has `src/` as JavaScript; `module` is a path in src/. */
export async function compiled(folder: string, module: string): Promise<string> {
  const output = join(folder, 'compiled');
  mkdirSync(output, { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(output, 'package.json'), '{ "type": "module" }');
  const settings = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      rootDir: join(root, 'src'),
      outDir: output,
      typeRoots: [join(root, 'node_modules/@types')],
    },
    files: [join(root, 'src', module)],
    include: [],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
  return output;
}

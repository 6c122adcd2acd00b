/** Where the files of this package are: from source, as built, or as built once more for CommonJS. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = import.meta.url;
/** The folder of the package, as a URL. */
const root = new URL(here.includes('/dist/cjs/') ? '../../../' : '../../', here);
/** The folder of its modules, as a URL; of what is built that of the ES modules, as workflows are bundled from them alone. */
const modules = new URL(here.endsWith('.ts') ? 'src/' : 'dist/', root);

/** @param path of a module below the folder of modules, without its ending */
export function moduleFile(path: string): URL {
  return new URL(`${path}.${here.endsWith('.ts') ? 'ts' : 'js'}`, modules);
}

/** @param path of another file that the build makes */
export function builtFile(path: string): URL {
  return new URL(path, modules);
}

/** @param name of a file of the page, which only a build makes: a browser does not read TypeScript */
export function pageFile(name: string): URL {
  return new URL(`dist/web/${name}`, root);
}

/** As `package.json` says it. */
export interface PackageFacts {
  readonly version: string;
  /** The versions that fanfold is tested with. */
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export function packageFacts(): PackageFacts {
  return createRequire(here)(fileURLToPath(new URL('package.json', root))) as PackageFacts;
}

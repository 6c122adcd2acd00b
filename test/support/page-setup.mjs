/** The page as browsers get it: built anew where the build is older than the sources. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBuilt } from '../../scripts/build.mjs';
import { buildPage } from '../../scripts/web.mjs';

export default async function setup() {
  if (!isBuilt()) await buildPage(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
}

/** Which rules oxlint has, by its own word, and which of them are looked for where the project's settings are not heeded. */
import { z } from 'zod';
import { run } from '../child.ts';
import { findPackage } from './find.ts';
import { isAskedOfOxlint } from './oxlint.ts';

const listed = z.array(z.object({ scope: z.string(), value: z.string(), category: z.string() }));
const timeout = 30_000;

/** By their names as findings have them, with whether it is asked for them; empty where it is not here or does not say. */
export async function oxlintRules(root: string, signal: AbortSignal): Promise<ReadonlyMap<string, boolean>> {
  const program = findPackage('oxlint', 'oxlint', root, false);
  if (!program) return new Map();
  const args = [...program.args, '--rules', '--format=json'];
  try {
    const { stdout } = await run({ command: program.command, args, cwd: root, signal, timeout });
    return new Map(
      listed.parse(JSON.parse(stdout)).map(({ scope, value, category }) => {
        const rule = scope === 'eslint' ? value : `${scope}/${value}`;
        return [rule, isAskedOfOxlint(rule, scope, category)];
      }),
    );
  } catch {
    signal.throwIfAborted();
    return new Map();
  }
}

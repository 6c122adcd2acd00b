/** Whether a project's own linters may be run is asked of a person who sits at a terminal, and of nobody else. */
import { createInterface } from 'node:readline/promises';
import { projectSettings } from './activities/programs/find.ts';

export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * Asks whether the project's own linters and settings may be used, where it has any; anything but a yes is a no.
 *
 * @returns false without a question where nobody can be asked, or there is nothing to ask about
 */
export async function askProjectTools(
  root: string,
  { input, output }: Terminal = { input: process.stdin, output: process.stdout },
): Promise<boolean> {
  const named = projectSettings(root);
  if (!input.isTTY || !output.isTTY || named.length === 0) return false;
  const lines = createInterface({ input, output });
  try {
    const answer = await lines.question(
      `This project has settings of its own (${named.join(', ')}).\n` +
        'Linters that use them run code of the project, with your rights. Use them, as you trust it? [y/N] ',
    );
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    // The person closed the terminal's input, or pressed Ctrl-C, which the command receives too.
    return false;
  } finally {
    lines.close();
  }
}

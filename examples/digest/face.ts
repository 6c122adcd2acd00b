/** The command `digest`, and its answer for a person. */
import type { Command } from 'commander';
import { action, addRunOptions, addSharedOptions, runOptions, startAndFollow, wrap, type Face } from 'fanfold/command';
import { digestKind, type DigestInput } from './kind.ts';
import type { Digest } from './workflows.ts';

export const digestFace: Face<DigestInput> = {
  kind: digestKind,
  add(program: Command) {
    const command = program
      .command('digest')
      .description('count the words of pages side by side')
      .argument('<page...>', 'files to read');
    addSharedOptions(addRunOptions(command)).action(
      action((invocation, pages: readonly string[]) =>
        startAndFollow(invocation, digestKind, { pages, options: runOptions(invocation.options) }),
      ),
    );
  },
  text: (answer, { width, paint }) => {
    const { title, lines } = answer as Digest;
    return [paint('bold', title), lines.map((line) => wrap(line, width)).join('\n')];
  },
};

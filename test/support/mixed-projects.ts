/** The order of test files: those that wait for servers beside those that compute, so that neither leaves the machine idle. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

export class MixedProjects extends BaseSequencer {
  /** Of each project in its own order, and of all projects in step. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // The sequencer's own, of no array.
    // oxlint-disable-next-line unicorn/no-array-sort
    const sorted = await super.sort(files);
    const counts = new Map<string, number>();
    const placed = sorted.map((file) => {
      const before = counts.get(file.project.name) ?? 0;
      counts.set(file.project.name, before + 1);
      return { file, before };
    });
    const share = ({ file, before }: (typeof placed)[number]): number => before / (counts.get(file.project.name) ?? 1);
    return placed.toSorted((a, b) => share(a) - share(b)).map(({ file }) => file);
  }
}

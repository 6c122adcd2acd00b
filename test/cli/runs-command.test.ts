/** The list of runs at a terminal: as wide as that is, and with what waits for a person said so. */
import { describe, expect, it } from 'vitest';
import { runsTable } from '../../src/cli/runs-command.ts';
import { columnsOf } from '../../src/cli/text.ts';

const plain = (_style: unknown, text: string): string => text;
const startedAt = Date.UTC(2026, 2, 1, 9, 30);
const runs = [
  { runId: 'research-1', kind: 'research', status: 'completed', startedAt, closedAt: startedAt + 2500 },
  { runId: 'support-1', kind: 'support', status: 'running', startedAt, waits: true },
] as const;

describe('the list of runs', () => {
  it('is a table where it fits, and lines where it does not', () => {
    const table = runsTable(runs, plain, { width: 90 });
    expect(table.split('\n')[0]).toMatch(/^┌─+┬/);
    expect(table).toMatch(/support-1 +│ support +│ waits for a person │ 2026-03-01 09:30:00 │/);
    expect(runsTable(runs, plain, { width: 60 })).toBe(
      [
        'research-1',
        '  kind research, status completed, started 2026-03-01',
        '  09:30:00, took 2.5 s',
        'support-1',
        '  kind support, status waits for a person, started',
        '  2026-03-01 09:30:00',
      ].join('\n'),
    );
  });

  it('says what a run was asked, as much as there is room for, and all of it where it is no table', () => {
    const asked = 'Where do grey herons nest, and in which kinds of trees?';
    const [first, second] = runs;
    const listed = [{ ...first, asked }, second];
    expect(runsTable(listed, plain, { width: 160 })).toContain(`│ ${asked} │`);
    const narrower = runsTable(listed, plain, { width: 120 });
    expect(narrower).toMatch(/│ Where do grey herons.*… │/);
    for (const line of narrower.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(120);
    expect(runsTable(listed, plain, { width: 90 }).replaceAll(/\s+/g, ' ')).toContain(`asked ${asked}`);
    expect(runsTable(listed, plain).split('\n')[0]).toMatch(/^┌─+┬/);
  });

  it('is no wider than its terminal, but for ids that are to be copied', () => {
    for (const width of [20, 40, 60, 80, 120])
      for (const line of runsTable(runs, plain, { width }).split('\n'))
        expect(columnsOf(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
  });
});

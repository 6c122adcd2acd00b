/** What the guide says of profiles and settings is what there is. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { csvFormat } from '../../../src/agents/reconcile/csv-schema.ts';
import { csvSettings } from '../../../src/agents/reconcile/csv-settings.ts';
import { gates } from '../../../src/agents/reconcile/gate.ts';
import { csvColumns } from '../../../src/agents/reconcile/pure/csv-format.ts';
import { profileNames } from '../../../src/agents/reconcile/pure/profiles/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const guide = await readFile(new URL('../../../docs/reconcile.md', import.meta.url), 'utf8');
const section = (title: string): string => guide.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
const inCode = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
const rows = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('| '));

describe('The guide to reconciliations', () => {
  it('names each profile once, and no other', () => {
    const table = section('What is read').split('**Profiles**')[1] ?? '';
    expect(rows(table).flatMap(inCode).toSorted()).toEqual(profileNames.toSorted());
  });

  it('has an example of each setting, and each is read', async () => {
    const json = /```json\n([\s\S]*?)```/.exec(section('Settings of a file'))?.[1] ?? '';
    await writeFile(join(temporaryFolder, 'bank.json'), json);
    const examples = rows(section('Settings of a file')).flatMap((row) => inCode(row).slice(0, 1));
    expect(examples.length).toBeGreaterThan(10);
    const names = examples.map((example) => example.split(/[=.]/)[0] ?? '');
    const known = Object.keys(csvFormat.shape).map((name) => (name === 'columns' ? 'column' : name));
    expect(names.toSorted()).toEqual(known.toSorted());
    for (const example of [...examples, `profile=${join(temporaryFolder, 'bank.json')}`])
      expect((await csvSettings([example], ['x.csv'], '--statement-csv')).get('x.csv')).toBeDefined();
  });

  it('names each field that a column may be of, and each gate', () => {
    const column = rows(section('Settings of a file')).find((row) => row.includes('column.date'));
    expect(inCode(column ?? '').slice(2)).toEqual([...csvColumns]);
    for (const gate of gates.filter((each) => each !== 'never')) expect(guide).toContain(`--fail-on ${gate}`);
  });
});

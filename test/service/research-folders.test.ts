/** A folder that the configuration names is asked over HTTP by its name, at once and in depth; a path is asked by nobody. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createResearchActivities } from '../../src/agents/research/activities/index.ts';
import type { Answer } from '../../src/agents/research/activities/synthesize.ts';
import { stage } from '../support/temporal.ts';
import { newId, serve } from './http-service.ts';

const root = mkdtempSync(join(tmpdir(), 'fanfold-folders-'));
mkdirSync(join(root, 'docs'));
const sentence = 'The grey heron stands still in shallow water until a fish comes near.';
writeFileSync(join(root, 'docs', 'herons.md'), `# Fishing\n\n${sentence}\n`);
const config = join(root, 'fanfold.config.json');
writeFileSync(config, JSON.stringify({ sources: [{ name: 'docs', folder: 'docs' }] }));

const environment = { FANFOLD_CONFIG: config };
const served = serve({}, stage(createResearchActivities({ home: join(root, 'home'), environment })));
const question = 'How does the grey heron fish?';

it.each([[1], [2]])('the answer of depth %i cites its files by their paths within it', async (depth) => {
  const id = newId();
  const { status } = await served.post('/runs/research', { id, input: { question, sources: ['docs'], depth } });
  expect(status).toBe(202);
  const view = await served.over(id);
  expect(view).toMatchObject({ status: 'completed' });
  const { text, citations } = view.answer as Answer;
  expect(text).toContain(sentence);
  expect(citations).toMatchObject([{ url: 'herons.md#L1-L3', source: 'docs' }]);
  expect(JSON.stringify(view)).not.toContain(root);
});

it.each([['/etc'], ['../docs'], [root]])(
  'a path among the sources is no source, and the answer names those there are: %s',
  async (path) => {
    const id = newId();
    await served.post('/runs/research', { id, input: { question, sources: [path] } });
    const view = await served.over(id);
    expect(view.status).toBe('failed');
    expect(JSON.stringify(view)).toMatch(/There is no source named .*the known ones are .*, docs\./);
  },
);

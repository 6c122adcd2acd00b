/** Packages that only some features need: all are optional peers, and one that is missing is asked for by name. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { agentParts } from '../../src/agents/activities.ts';
import { researchPart } from '../../src/agents/research/activities/index.ts';
import { reconcilePart } from '../../src/agents/reconcile/activities/index.ts';
import { reviewPart } from '../../src/agents/review/activities/index.ts';
import { installed, optionalPackages } from '../../src/packages/installed.ts';

const own = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional: boolean }>;
  devDependencies: Record<string, string>;
};

test('what features ask for is what the package names as optional, and this checkout has it', () => {
  expect(Object.keys(own.peerDependenciesMeta).toSorted()).toEqual(optionalPackages);
  for (const name of optionalPackages) expect(Object.keys(own.devDependencies), name).toContain(name);
  for (const name of Object.keys(own.peerDependencies)) expect(Object.keys(own.devDependencies), name).toContain(name);
});

test('agents that are loaded at their first call have the activities that their parts say', () => {
  const given = { home: 'nowhere', environment: {}, limits: {}, settings: { file: undefined } };
  const [research, review, reconciliation] = agentParts(given);
  const names = (part: { activities: object } | undefined): string[] => Object.keys(part?.activities ?? {}).toSorted();
  expect(names(research)).toEqual(names(researchPart(given)));
  expect(research?.open).toEqual(researchPart(given).open);
  expect(names(review)).toEqual(names(reviewPart(given)));
  expect(names(reconciliation)).toEqual(names(reconcilePart(given)));
});

test('a package that is missing is named with the line that installs it, and any other error passes', async () => {
  const failing = (message: string) => () =>
    Promise.reject(Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' }));
  await expect(installed('Reading PDFs', failing("Cannot find package 'unpdf' imported from x"))).rejects.toMatchObject(
    {
      type: 'MissingPackage',
      message: expect.stringMatching(/^Reading PDFs needs .* not installed: npm i/),
    },
  );
  await expect(installed('Reading PDFs', failing("Cannot find package 'mine' imported from x"))).rejects.toThrow(
    /'mine'/,
  );
  await expect(installed('Reading PDFs', () => Promise.reject(new TypeError('broken')))).rejects.toThrow(TypeError);
});

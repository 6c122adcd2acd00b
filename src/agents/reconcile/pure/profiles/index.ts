/** The rules for well-known exports, as data; a bank changes its columns, so each says by which it is known. */
import type { CsvProfile } from '../csv-format.ts';
import { american } from './american.ts';
import { asian } from './asian.ts';
import { european } from './european.ts';
import { german } from './german.ts';
import { payments } from './payments.ts';

export const profiles: readonly CsvProfile[] = [...payments, ...german, ...european, ...american, ...asian];

/** Reads a file without any profile, also where its columns are those of one. */
export const noProfile = 'none';

export const profileNames: readonly string[] = profiles.map(({ name }) => name);

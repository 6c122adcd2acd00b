/** By which rules a CSV file is read: what was given, above a profile that was named, or guessed by its columns and said so. */
import { given } from '../../../../index.ts';
import type { CsvColumn, StatementFormat, CsvProfile } from '../../pure/csv-format.ts';
import { noProfile, profileNames, profiles } from '../../pure/profiles/index.ts';
import type { Role } from '../../pure/types.ts';
import { unreadable } from '../problem.ts';
import { nameOfColumn } from './column-names.ts';
import { findColumns, type ColumnRules } from './columns.ts';
import { delimiterOf, delimiters, headOf } from './delimiter.ts';

export interface CsvRules {
  readonly format: StatementFormat;
  /** The name of the one that was given or guessed, or of none. */
  readonly profile: string;
  readonly columns: ColumnRules;
  readonly delimiter: string;
  /** What was guessed. */
  readonly notes: readonly string[];
}

/** @throws {ApplicationFailure} of type `UnreadableFile` for a profile that there is not */
export function rulesOf(text: string, name: string, role: Role, format: StatementFormat): CsvRules {
  const { profile, notes } = profileOf(text, name, role, format);
  const named: ColumnRules = {
    columns: { ...profile?.columns, ...format.columns },
    needed: Object.keys(format.columns ?? {}) as CsvColumn[],
    neededByRules: (format.leaveOut ?? []).map(({ column }) => column),
    byUsualNames: profile === undefined,
  };
  const all: StatementFormat = { ...profile, ...format, ...given({ leaveOut: allRules(profile, format) }) };
  const columns = { ...named, byWords: isWithoutNames(text, named, all) };
  const isHeader = (cells: readonly string[]): boolean => isColumns(cells, columns);
  return {
    format: all,
    profile: profile?.name ?? noProfile,
    columns,
    delimiter: all.delimiter ?? (all.header === false ? widest(text) : delimiterOf(text, isHeader)),
    notes,
  };
}

/** Those that were given beside those of the profile; an empty list says that there are none. */
function allRules(profile: CsvProfile | undefined, { leaveOut }: StatementFormat): StatementFormat['leaveOut'] {
  return leaveOut && leaveOut.length > 0
    ? [...leaveOut, ...(profile?.leaveOut ?? [])]
    : (leaveOut ?? profile?.leaveOut);
}

interface ProfileFound {
  readonly profile?: CsvProfile | undefined;
  readonly notes: readonly string[];
}

function profileOf(text: string, name: string, role: Role, format: StatementFormat): ProfileFound {
  if (format.profile !== undefined) return { profile: profileNamed(format.profile, name), notes: [] };
  const isGuessed = role === 'statement' && format.columns === undefined && format.header !== false;
  const profile = isGuessed ? guess(text) : undefined;
  if (!profile) return { notes: [] };
  const { title, only, sign } = profile;
  if (only && sign === 'turned') {
    if (format.sign !== undefined) return { notes: [] };
    const ways = `--${role}-csv profile=${profile.name}, or profile=${noProfile} to read amounts as they are written`;
    const whose = `${profile.name} (${title}), where charges are positive, and of other files`;
    throw unreadable(name, `its columns are those of ${whose}: say ${ways}`);
  }
  const how = `was guessed by its columns; profile=${noProfile} reads it without`;
  return { profile, notes: [`profile=${profile.name} (${title}) ${how}`] };
}

/** Whether a header must be there, and no row is one by its names. */
function isWithoutNames(text: string, columns: ColumnRules, format: StatementFormat): boolean {
  if (!columns.byUsualNames || format.header === false) return false;
  return !delimitersOf(format).some((each) => headOf(text, each).some((cells) => isColumns(cells, columns)));
}

const delimitersOf = ({ delimiter }: StatementFormat): readonly string[] =>
  delimiter === undefined ? delimiters : [delimiter];

function isColumns(cells: readonly string[], rules: ColumnRules): boolean {
  try {
    return findColumns(cells, rules) !== undefined;
  } catch (error) {
    // A header with a column twice is one, too.
    if (error instanceof RangeError) return true;
    throw error;
  }
}

function profileNamed(name: string, file: string): CsvProfile | undefined {
  if (name === noProfile) return undefined;
  const found = profiles.find((profile) => profile.name === name);
  if (found) return found;
  throw unreadable(file, `there is no profile '${name.slice(0, 60)}'; there are ${profileNames.join(', ')}`);
}

/** The profile of which most columns are there; none where two fit equally. */
function guess(text: string): CsvProfile | undefined {
  const heads = [',', ';', '\t'].flatMap((delimiter) => headOf(text, delimiter));
  const rows = heads.map((cells) => new Set(cells.map(nameOfColumn)));
  const fitting = profiles
    .filter(({ signature }) => signature.length > 0)
    .map((profile) => ({ profile, names: profile.signature.map(nameOfColumn) }))
    .filter(({ profile, names }) => rows.some((row) => isOf(row, names, profile.only)))
    .toSorted((a, b) => b.names.length - a.names.length);
  const [first, second] = fitting;
  return first && first.names.length > (second?.names.length ?? 0) ? first.profile : undefined;
}

function isOf(row: ReadonlySet<string>, names: readonly string[], only: readonly string[] | undefined): boolean {
  if (!names.every((each) => row.has(each))) return false;
  const allowed = only && new Set([...names, ...only.map(nameOfColumn)]);
  return !allowed || [...row].every((each) => allowed.has(each));
}

/** Without a header, the mark that parts the first row into most columns. */
function widest(text: string): string {
  return delimiterOf(text, (cells) => cells.length > 1);
}

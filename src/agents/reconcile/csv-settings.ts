/** How CSV files are read, as the shell says it: `name=value` for all files, `FILE:name=value` for one, or a file of rules. */
import { FanfoldError, parseExactly } from '../../command.ts';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { csvFormat } from './csv-schema.ts';
import { csvColumns, type LeaveOutRule, type StatementFormat } from './pure/csv-format.ts';
import { profileNames } from './pure/profiles/index.ts';

export const csvSettingsHelp =
  'how to read a ledger in CSV, of which encoding is for any file (repeatable): profile=NAME or a rules file (profile=bank.json), decimal=comma, dates=dmy|mdy|ymd, ' +
  'delimiter=;, sign=turned, debit=in|out, skip=N, footer=N, header=no, encoding=NAME, account=ID, currency=EUR, column.date=NAME, ' +
  'leaveOut.COLUMN=WORD';

/** Settings with the file that each is for; without one, for all. */
interface Setting {
  readonly file: string | undefined;
  readonly name: string;
  readonly value: string;
}

const numbers = new Set(['skip', 'footer']);
const texts = new Set(['profile', 'encoding', 'decimal', 'dates', 'delimiter', 'sign', 'debit', 'account', 'currency']);

/**
 * The settings of each file, by its path; those for one file go before those for all.
 *
 * @param given as `decimal=comma`, or `ing.csv:profile=ing-nl` for the file of that path or name alone
 * @param flag for errors
 * @throws {FanfoldError} naming the setting that cannot be meant
 */
export async function csvSettings(
  given: readonly string[] | undefined,
  paths: readonly string[],
  flag: string,
): Promise<ReadonlyMap<string, StatementFormat>> {
  const settings = (given ?? []).map((each) => settingOf(each, paths, flag));
  const found = new Map<string, StatementFormat>();
  for (const path of paths) {
    const own = settings.filter(({ file }) => file === path);
    const common = settings.filter(({ file }) => file === undefined);
    if (own.length + common.length > 0) found.set(path, await formatOf([...common, ...own], flag));
  }
  return found;
}

function settingOf(text: string, paths: readonly string[], flag: string): Setting {
  const path = paths.find((each) => [each, basename(each)].some((name) => text.startsWith(`${name}:`)));
  const start = path === undefined ? 0 : (text.startsWith(`${path}:`) ? path.length : basename(path).length) + 1;
  const rest = text.slice(start);
  const at = rest.indexOf('=');
  if (at > 0 && at < rest.length - 1) return { file: path, name: rest.slice(0, at), value: rest.slice(at + 1) };
  throw refusal(flag, `${text}: write it as name=value`);
}

async function formatOf(settings: readonly Setting[], flag: string): Promise<StatementFormat> {
  const format: Record<string, unknown> = {};
  for (const setting of settings) {
    const { name, value } = setting;
    if (name === 'profile' && value.endsWith('.json')) Object.assign(format, await rulesFile(value, flag));
    else if (name === 'header') format['header'] = !/^(?:no|false)$/i.test(value);
    else if (numbers.has(name)) format[name] = Number(value);
    else if (texts.has(name)) format[name] = value;
    else if (!isOfColumn(name)) throw refusal(flag, `${name}: there is no such setting; use ${csvSettingsHelp}`);
  }
  return checked({ ...format, ...columnSettings(format, settings) }, flag, '');
}

const ofColumn = /^(column|leaveOut)\.(.+)$/;

function isOfColumn(name: string): boolean {
  const [, what, column] = ofColumn.exec(name) ?? [];
  return what === 'leaveOut' || (what === 'column' && csvColumns.some((each) => each === column));
}

/** `column.date=NAME` and `leaveOut.COLUMN=WORD`, beside those of a rules file. */
function columnSettings({ columns: own, leaveOut: rules = [] }: StatementFormat, settings: readonly Setting[]): object {
  const columns: Record<string, string> = {};
  const leaveOut: LeaveOutRule[] = [];
  for (const { name, value } of settings) {
    const [, what, column = ''] = ofColumn.exec(name) ?? [];
    if (what === 'column') columns[column] = value;
    else if (what === 'leaveOut') leaveOut.push({ column, is: [value], reason: `'${column}' is '${value}'` });
  }
  return {
    ...(Object.keys(columns).length > 0 ? { columns: { ...own, ...columns } } : {}),
    ...(leaveOut.length > 0 ? { leaveOut: [...rules, ...leaveOut] } : {}),
  };
}

async function rulesFile(path: string, flag: string): Promise<StatementFormat> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw refusal(flag, `profile=${path}: it cannot be read: ${error.message}`);
  });
  try {
    return checked(parseExactly(text), flag, `${path}: `);
  } catch (error) {
    if (error instanceof SyntaxError) throw refusal(flag, `${path} is no JSON: ${error.message}`);
    throw error;
  }
}

function checked(format: unknown, flag: string, where: string): StatementFormat {
  const { success, data, error } = csvFormat.safeParse(format);
  if (success) return data;
  const [issue] = error.issues;
  const name = issue?.path.join('.') ?? '';
  if (name === 'profile')
    throw refusal(flag, `${where}profile must be one of ${profileNames.join(', ')}, or a file .json`);
  throw refusal(flag, `${where}${name} ${said(issue)}`);
}

function said(
  issue: { readonly code: string; readonly message: string; readonly values?: unknown } | undefined,
): string {
  if (issue?.code === 'invalid_value' && Array.isArray(issue.values)) return `must be ${issue.values.join(' or ')}`;
  return `cannot be meant: ${issue?.message ?? ''}`;
}

function refusal(flag: string, problem: string): FanfoldError {
  return new FanfoldError('InvalidInput', `${flag} ${problem}`, flag);
}

/**
 * What is said of several files alike has one cause, and is told once with its places: a line that was copied, a way that
 * all scripts of a project are written in, a name that none defines, as it is there by what loads them, or was lost from all.
 */
import { given } from '../../../index.ts';
import { byRank, type Finding, type FurtherPlace } from './findings.ts';
import { fingerprint } from './fingerprint.ts';
import { undefinedName } from './merge.ts';
import { isSecret } from './security.ts';

/** Fewer may share a mistake. */
const fewest = 3;
/** Places of one finding; what is said of more is told again. */
const mostPlaces = 500;

/** What a rule says of more files than these is how a project does it, were each of them an error. */
const mostFiles = 10;

/** @param findings of all files of a review @returns the worst first */
export function gathered(findings: readonly Finding[]): Finding[] {
  const told = groupsOf(findings, causeOf).flatMap(asOneCause);
  const ways = groupsOf(told, wayOf).flatMap((group) => (filesOf(group) > mostFiles ? inParts(group) : group));
  return ways.toSorted(byRank);
}

function groupsOf(findings: readonly Finding[], keyOf: (finding: Finding) => string | undefined): Finding[][] {
  const groups = new Map<string, Finding[]>();
  const alone: Finding[][] = [];
  for (const finding of findings) {
    const key = keyOf(finding);
    const group = key === undefined ? undefined : groups.get(key);
    if (group) group.push(finding);
    else if (key === undefined) alone.push([finding]);
    else groups.set(key, [finding]);
  }
  return [...alone, ...groups.values()];
}

function filesOf(group: readonly Finding[]): number {
  return new Set(group.map(({ path }) => path)).size;
}

function asOneCause(group: readonly Finding[]): readonly Finding[] {
  const files = filesOf(group);
  const isName = group.some(({ rule }) => undefinedName.test(rule));
  if (files < 2 || (isName ? files : group.length) < fewest) return group;
  return inParts(isName ? group.map(asOfAll) : group);
}

/** What findings of one cause have in common; undefined of what is always told by itself. */
function causeOf(finding: Finding): string | undefined {
  const { tool, rule, message, severity, excerpt, removed } = finding;
  if (tool === 'model' || removed) return undefined;
  if (undefinedName.test(rule)) return JSON.stringify([tool, rule, message]);
  const lines = excerpt.map((line) => line.trim().replaceAll(/\s+/g, ' '));
  if (severity === 'error') return isSecret(finding) ? undefined : JSON.stringify([tool, rule, message, lines]);
  // Below an error the messages of a rule differ by names, as within a file.
  return JSON.stringify([tool, rule, severity, ...(isSecret(finding) ? lines.map(shapeOf) : [])]);
}

/** What an error says again and again, without a name of its own; live keys are told by themselves, however many there are. */
function wayOf({ tool, rule, severity, message, removed }: Finding): string | undefined {
  if (severity !== 'error' || tool === 'model' || removed || isSecret({ tool, rule })) return undefined;
  return JSON.stringify([tool, rule, message]);
}

/** A line without what stands between quotes. */
function shapeOf(line: string): string {
  return line.replaceAll(/"[^"]*"|'[^']*'|`[^`]*`/g, '""');
}

function asOfAll(finding: Finding): Finding {
  return {
    ...finding,
    severity: finding.severity === 'error' && !finding.isSet ? 'warning' : finding.severity,
    message: `${finding.message}, in several files: what loads them may put it there`,
  };
}

function inParts(group: readonly Finding[]): Finding[] {
  const all: Finding[] = [];
  for (let from = 0; from < group.length; from += mostPlaces) all.push(asOne(group.slice(from, from + mostPlaces)));
  return all;
}

function asOne([first, ...others]: readonly Finding[]): Finding {
  if (!first) throw new RangeError('nothing to gather');
  if (others.length === 0) return first;
  return {
    ...first,
    times: [first, ...others].reduce((sum, { times = 1 }) => sum + times, 0),
    places: [first, ...others].flatMap((each) => [
      ...(each === first ? [] : [placeOf(each, first)]),
      ...(each.places ?? []),
    ]),
  };
}

function placeOf(finding: Finding, first: Finding): FurtherPlace {
  const { path, line, endLine, column, more, times, folded, message, help } = finding;
  const own = message === first.message && help === first.help ? {} : given({ message, help });
  const here = times === undefined ? undefined : times - timesAt(finding.places ?? []);
  return {
    path,
    line,
    endLine,
    ...given({ column, more, times: here, folded }),
    ...own,
    fingerprint: fingerprint(finding),
  };
}

function timesAt(places: readonly FurtherPlace[]): number {
  return places.reduce((sum, { times = 1 }) => sum + times, 0);
}

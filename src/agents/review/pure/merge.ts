/**
 * Findings of many analysers as one list without doubles, the worst first.
 * Two findings of one analyser are doubles only if they are equal, since it knows what it says twice.
 */
import { given } from '../../../index.ts';
import { byRank, nameOf, type Finding } from './findings.ts';
import { fingerprint } from './fingerprint.ts';

/** Each once, the worst first; what several say is one finding, which names them. The order of the input does not matter. */
export function merge(findings: readonly Finding[]): Finding[] {
  const kept = new Map<string, Finding[]>();
  for (const finding of findings.toSorted(byRank)) {
    const group = kept.get(finding.path) ?? [];
    kept.set(finding.path, group);
    const index = group.findIndex((other) => areDoubles(other, finding));
    const double = group[index];
    if (double) group[index] = joined(double, finding);
    else group.push(finding);
  }
  return [...kept.values()].flat().toSorted(byRank);
}

export function areDoubles(a: Finding, b: Finding): boolean {
  if (a.path !== b.path || a.line > b.endLine || b.line > a.endLine) return false;
  if (a.tool !== b.tool) return bare(a.rule) === bare(b.rule) || alike(a.message, b.message);
  if (a.tool === 'model') return alike(a.message, b.message);
  return a.rule === b.rule && a.line === b.line && a.column === b.column && a.message === b.message;
}

/** `typescript/no-unused-vars` is what another calls `no-unused-vars`. */
function bare(rule: string): string {
  return rule.slice(rule.lastIndexOf('/') + 1).toLowerCase();
}

/** Half of their words in common. */
function alike(a: string, b: string): boolean {
  const [left, right] = [wordsOf(a), wordsOf(b)];
  const common = [...left].filter((word) => right.has(word)).length;
  return common > 0 && common / (left.size + right.size - common) >= 0.5;
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}_]{3,}/gu));
}

/** What was folded before keeps its further lines and its count, whichever of the two is kept. */
function joined(kept: Finding, other: Finding): Finding {
  const also = othersIn([kept, other]);
  const more = [...new Set([...(kept.more ?? []), ...(other.more ?? [])])].filter((line) => line !== kept.line);
  const times = Math.max(kept.times ?? 1, other.times ?? 1, 1 + more.length);
  const prints = printsOf([...(kept.folded ?? []), ...(other.folded ?? [])], kept);
  const isSet = kept.isSet ?? (other.severity === kept.severity ? other.isSet : undefined);
  return {
    ...kept,
    ...given({ isSet }),
    ...(also.length > 0 ? { also } : {}),
    ...(more.length > 0 ? { more: listed(more), times } : {}),
    ...given({ folded: prints }),
  };
}

/** Everybody who says what the first one says, itself excepted. */
function othersIn(findings: readonly Finding[]): string[] {
  const names = new Set(findings.flatMap((each) => [nameOf(each), ...(each.also ?? [])]));
  if (findings[0]) names.delete(nameOf(findings[0]));
  return [...names].toSorted();
}

function listed(lines: readonly number[]): number[] {
  return lines.toSorted((a, b) => a - b).slice(0, mostListed);
}

/** Equal findings of one rule beyond this many in a file are one finding that lists the other lines. */
const mostEqual = 2;
const mostListed = 50;

/** What follows the first is its echo, or has its cause. */
const ofWholeFile = /^(?:invalid-syntax|syntax|F722|F822)$/;

/** A name that none defines, as ruff and the TypeScript compiler call it. */
export const undefinedName = /^(?:F821|TS2304)$/;
/** A file that lacks more names than these takes them from elsewhere. */
const mostNames = 10;

/** Of findings in one file, whether it lacks so many names that these have one cause. */
function lacksMany(findings: readonly Finding[]): (finding: Finding) => boolean {
  const names = new Map<string, Set<string>>();
  for (const { path, rule, message } of findings)
    if (undefinedName.test(rule)) names.set(path, (names.get(path) ?? new Set()).add(message));
  return ({ path, rule }) => undefinedName.test(rule) && (names.get(path)?.size ?? 0) > mostNames;
}

/** What one rule says again and again of a file, once, with the other lines. */
export function folded(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding[]>();
  const isOfMany = lacksMany(findings);
  for (const finding of findings) {
    const { path, tool, rule, message, severity } = finding;
    // Below an error the messages of a rule differ by names; what is worse is reported by its own.
    const ownMessage = severity === 'error' && !ofWholeFile.test(rule) && !isOfMany(finding) ? message : '';
    const key = JSON.stringify([path, tool, rule, ownMessage]);
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first, ...others] = group;
    const places = new Set(group.map(({ line }) => line)).size;
    if (!first || (group.length <= mostEqual && places === group.length) || first.tool === 'model') return group;
    const lines = [first, ...others].flatMap(({ line, more = [] }) => [line, ...more]);
    const more = listed([...new Set(lines)].filter((line) => line !== first.line));
    const also = othersIn(group);
    const times = group.reduce((sum, { times: said = 1 }) => sum + said, 0);
    const prints = printsOf([...others.map(fingerprint), ...group.flatMap((each) => each.folded ?? [])], first);
    const message = isOfMany(first) ? withOthers(group) : first.message;
    return [{ ...first, message, ...(also.length > 0 ? { also } : {}), more, ...given({ folded: prints }), times }];
  });
}

function withOthers(group: readonly Finding[]): string {
  const [first = '', ...others] = new Set(group.map(({ message }) => message));
  return others.length === 0 ? first : `${first}, and ${others.length} others that something else may put there`;
}

const mostPrints = 200;

export function printsOf(prints: readonly string[], first: Finding): string[] | undefined {
  const own = prints.length === 0 ? '' : fingerprint(first);
  const once = [...new Set(prints)].filter((print) => print !== own).toSorted();
  return once.length === 0 ? undefined : once.slice(0, mostPrints);
}

/** Whether all that a finding stands for is known: what is new is not hidden by what it was folded into. */
export function isKnown(finding: Finding, known: ReadonlySet<string>): boolean {
  const { folded: within = [], places = [] } = finding;
  const prints = [
    fingerprint(finding),
    ...within,
    ...places.flatMap((place) => [place.fingerprint, ...(place.folded ?? [])]),
  ];
  return prints.every((print) => known.has(print));
}

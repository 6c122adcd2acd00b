/**
 * What is said of several files alike has one cause, and is told once: a name that none defines is there by what loads
 * them, or was lost from all; a syntax that is understood in none is newer than its grammar.
 */
import { given } from '../../../index.ts';
import { byRank, type Finding } from './findings.ts';
import { fingerprint } from './fingerprint.ts';
import { printsOf } from './merge.ts';

const undefinedName = /^(?:F821|TS2304)$/;
const notUnderstood = 'The syntax is not understood from here';
/** Fewer files may share a mistake. */
const fewestFiles = 3;
const mostNamed = 3;

/** @param findings of all files of a review, the worst first */
export function gathered(findings: readonly Finding[]): Finding[] {
  const byName = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { tool, rule, message, path } = finding;
    const isGrammar = tool === 'syntax' && message === notUnderstood;
    if (!isGrammar && !undefinedName.test(rule)) continue;
    const key = `${tool} ${message} ${isGrammar ? path.slice(path.lastIndexOf('.')) : ''}`;
    const group = byName.get(key);
    if (group) group.push(finding);
    else byName.set(key, [finding]);
  }
  const firsts = new Map<Finding, Finding>();
  const others = new Set<Finding>();
  for (const [first, ...more] of byName.values()) {
    if (!first) continue;
    const files = [...new Set(more.map(({ path }) => path))].filter((path) => path !== first.path);
    if (files.length < fewestFiles - 1) continue;
    for (const each of more) others.add(each);
    firsts.set(first, asOne(first, more, files));
  }
  if (firsts.size === 0) return [...findings];
  return findings.flatMap((finding) => (others.has(finding) ? [] : [firsts.get(finding) ?? finding])).toSorted(byRank);
}

function asOne(first: Finding, more: readonly Finding[], files: readonly string[]): Finding {
  const prints = [first, ...more].flatMap((each) => [fingerprint(each), ...(each.folded ?? [])]);
  const why = first.rule === 'syntax' ? 'it may be newer than what is known here' : 'what loads them may put it there';
  const named = [...files.slice(0, mostNamed), ...(files.length > mostNamed ? ['…'] : [])].join(', ');
  return {
    ...first,
    severity: first.rule === 'syntax' ? 'note' : 'warning',
    message: `${first.message}, here and in ${files.length} further files (${named}): ${why}`,
    times: [first, ...more].reduce((sum, { times = 1 }) => sum + times, 0),
    ...given({ folded: printsOf(prints, first) }),
  };
}

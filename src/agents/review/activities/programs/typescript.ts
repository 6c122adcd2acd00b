/**
 * The TypeScript compiler as a program, since version 7 has no interface for JavaScript; nothing is emitted. Where the
 * project is not trusted it compiles a project of ours, which has of the other only what is known to be harmless.
 * Messages on modules that are not there are left out as a whole where none are installed.
 */
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { ReviewClaim } from '../../pure/findings.ts';
import { allTypesKnown, someTypesKnown } from '../../pure/precision.ts';
import { nameIn, type AnalyserCall, type AnalyserOutput, type AnalyserRun, type AnalyserSays } from './run.ts';
import { ourProject } from './tsconfig.ts';

/** Modules and types that cannot be found. */
const missing = new Set('TS2307 TS2580 TS2591 TS2593 TS2664 TS2665 TS2688 TS2792 TS2875 TS2882 TS7016'.split(' '));
/** What depends on settings of the module format that only the project's own compiler run has. */
const ofFormat = /^TS(?:1202|1203|1259|1286|1287|1293|1295|1371|1470|1479|1484|2691|2834|2835|5097|6504)$/;
/** What follows where a type is not known, and so says nothing where modules are missing. */
const ofUnknown = /^TS(?:7\d{3}|2304|2503|2552|2582|2584|2686|2694|17004)$/;
/**
 * What a file shows by itself: how it is written, names given twice or too late, own modules without what is asked of them,
 * values that are always or never so. Nearly all else rests on types that may be in a module that was not found, through however many classes.
 */
const ofItself =
  /^TS(?:1\d{3}|2300|2305|2306|2308|2323|2335|2337|2355|236[234567]|237[678]|239[134]|2448|2449|245[014]|2528|2588|2614|2678|2695|2724|2774|2783|2801|2839|2845|2869|287[0123]|2881|17009)$/;
/** What is not fit for a plain value needs no module to be known. */
const ofFitness = /^TS(?:2322|2345)$/;
const forPlain = /to (?:parameter of )?type '(?:string|number|boolean|bigint|symbol|null|undefined|void|never)'/;
/** Whether a script is well formed, which its linter tells, in a grammar that is newer. */
const ofScript = /^TS(?:1\d{3}|8\d{3})$/;
const located = /^(.{1,1000}?)\((\d{1,9}),(\d{1,9})\): (error|warning|message) (TS\d{1,6}): (.*)$/;
const general = /^(?:error|warning) (TS\d+: .*)$/;

export async function typescriptRun(call: AnalyserCall): Promise<AnalyserRun> {
  const { project = '', projectTools } = call;
  const folder = dirname(project);
  const used = projectTools ? project : await ourProject(call);
  // Paths in its messages are relative to where it runs.
  const cwd = projectTools ? folder : call.folder;
  const fixed = ['--noEmit', '--incremental', 'false', '--composite', 'false', '--pretty', 'false', '--listFiles'];
  return {
    args: ['--project', used, ...fixed],
    cwd,
  };
}

export function readTypescript({ stdout, call, cwd }: AnalyserOutput): AnalyserSays {
  const { root, project = '', files, projectTools } = call;
  const folder = dirname(project);
  const lines = stdout.split('\n').map((line) => line.trimEnd());
  const all = messages(lines, root, cwd);
  const claims = all.filter((claim) => projectTools || isOurs(claim));
  const said = lines.flatMap((line) => general.exec(line)?.[1] ?? []);
  const heard = all.length + said.length;
  // It lists the files that it read, its own declarations among them.
  if (heard === 0 && !lines.some((line) => line !== '')) throw new Error('it has read no file');
  const name = relative(root, project) || project;
  // A folder for modules may be there without them, as of a submodule that nobody fetched.
  const kept = hasModules(folder) && !all.some(({ rule }) => missing.has(rule)) ? claims : known(claims);
  const left = claims.length - kept.length;
  return {
    heard,
    claims: left > 0 ? kept.map((claim) => ({ ...claim, confidence: someTypesKnown })) : kept,
    notes: [
      ...said.slice(0, 5).map((text) => `${name}: ${text}`),
      ...(left > 0
        ? [`The modules of ${name} are not installed: ${left} messages that follow from that are left out.`]
        : []),
      ...uncovered(
        lines,
        root,
        cwd,
        files.map(({ path }) => path),
        name,
      ),
    ],
  };
}

function isOurs({ rule, path }: ReviewClaim): boolean {
  return !ofFormat.test(rule) && !(ofScript.test(rule) && /\.[cm]?jsx?$/.test(path));
}

/** What can be known without the modules: what markup takes is in them, so of a file of markup that asks for one nothing is. */
function known(claims: readonly ReviewClaim[]): ReviewClaim[] {
  const unknown = new Set(
    claims.filter(({ rule, path }) => missing.has(rule) && path.endsWith('x')).map(({ path }) => path),
  );
  const isPart = claims.some(({ rule }) => missing.has(rule));
  return claims.filter(
    ({ rule, path, message }) =>
      !unknown.has(path) &&
      !missing.has(rule) &&
      !ofUnknown.test(rule) &&
      (!isPart || ofItself.test(rule) || (ofFitness.test(rule) && forPlain.test(message))),
  );
}

/** A message may go on in indented lines. */
function messages(lines: readonly string[], root: string, folder: string): ReviewClaim[] {
  const claims: { claim: ReviewClaim; more: string[] }[] = [];
  for (const line of lines) {
    const found = located.exec(line);
    if (found) {
      const [, path = '', row, column, category, rule = '', message = ''] = found;
      const severity = category === 'error' ? 'error' : 'warning';
      const place = { path: nameIn(root, path, folder), line: Number(row), column: Number(column) };
      claims.push({
        claim: { ...place, severity, confidence: allTypesKnown, tool: 'typescript', rule, message },
        more: [],
      });
    } else if (/^\s+\S/.test(line)) claims.at(-1)?.more.push(line.trim());
  }
  return claims.map(({ claim, more }) => ({ ...claim, message: [claim.message, ...more].join(' ') }));
}

function hasModules(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'node_modules'))) return true;
    if (dirname(at) === at) return false;
  }
}

/** The list that the compiler prints says which files it looked at; others have not been checked. */
function uncovered(
  lines: readonly string[],
  root: string,
  folder: string,
  paths: readonly string[],
  name: string,
): string[] {
  const seen = new Set(lines.filter((line) => !located.test(line)).map((line) => nameIn(root, line, folder)));
  const typed = paths.filter((path) => /\.[cm]?tsx?$/.test(path));
  const rest = typed.filter((path) => !seen.has(path));
  if (rest.length === 0) return [];
  const shown = rest.slice(0, 3).join(', ');
  return [
    `${name} does not include ${rest.length} of ${typed.length} files, so their types were not checked: ${shown}${rest.length > 3 ? ', …' : ''}`,
  ];
}

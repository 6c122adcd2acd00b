/** Claims become findings: tied to the lines of their files as they are now, on lines that count, and not too many. */
import { given } from '../../../activities/index.ts';
import { byRank, tie, touches, type Finding, type ReviewClaim } from '../pure/findings.ts';
import { fitting } from '../pure/fitting.ts';
import { identity } from '../pure/fingerprint.ts';
import { folded } from '../pure/merge.ts';
import { confidenceOf } from '../pure/precision.ts';
import { judged, sumOfSuppressed } from '../pure/settings.ts';
import type { Found, ReviewFile } from '../pure/types.ts';
import { readSource } from './files.ts';
import { readProjectSettings, type ProjectSettings } from './settings.ts';

/** What a reader reads of one file, and a message holds of many. */
const mostInFile = 40;
/** Bytes of JSON; the server's limit is 2 MB. */
const mostBytes = 800_000;

interface Keeping {
  readonly keeps?: ((claim: ReviewClaim, lines: readonly string[]) => boolean) | undefined;
  /** The analyser whose rules the project has chosen itself, so that they are told as they are. */
  readonly chosen?: string;
}

/** Claims about other files than these are none of this review. */
export async function tied(
  { root, files, all }: { readonly root: string; readonly files: readonly ReviewFile[]; readonly all?: boolean },
  claims: readonly ReviewClaim[],
  { keeps = () => true, chosen }: Keeping = {},
): Promise<Found> {
  const byPath = groups(claims);
  const parts: Found[] = [];
  const settings = byPath.size === 0 ? undefined : await readProjectSettings(root);
  for (const file of files) {
    const own = byPath.get(file.path);
    const content = own && settings ? await readSource(root, file.path) : undefined;
    if (!own || !settings || !content) continue;
    if ('skip' in content) {
      const note = `${file.path} could not be read again (${content.skip}), so what was found there is left out.`;
      parts.push({ findings: [], cut: 0, outside: 0, notes: [note] });
      continue;
    }
    const kept = own.filter((claim) => keeps(claim, content.lines));
    const findings = kept.flatMap((claim) => tie(claim, content.shown) ?? []);
    parts.push(counted({ file, lines: content.shown, settings, ...given({ all, chosen }) }, findings));
  }
  return joinFound(parts);
}

function groups(claims: readonly ReviewClaim[]): Map<string, ReviewClaim[]> {
  const byPath = new Map<string, ReviewClaim[]>();
  for (const claim of claims) {
    const group = byPath.get(claim.path);
    if (group) group.push(claim);
    else byPath.set(claim.path, [claim]);
  }
  return byPath;
}

export interface FileContext {
  readonly file: Pick<ReviewFile, 'changed'>;
  readonly lines: readonly string[];
  readonly settings: ProjectSettings;
  /** Also what is more often wrong than right. @default false */
  readonly all?: boolean;
  /** The analyser whose rules the project has chosen. */
  readonly chosen?: string;
  /** The identities of what was found before the change; what is new since then counts wherever it stands. */
  readonly before?: ReadonlySet<string>;
}

/** The worst of a file that are on lines that count, as the project wants them reported. */
export function counted(
  { file, lines, settings, before, all, chosen }: FileContext,
  findings: readonly Finding[],
): Found {
  const measured = findings.map((finding) =>
    finding.tool === chosen
      ? finding
      : { ...finding, confidence: confidenceOf(finding, lines, file.changed !== undefined) },
  );
  const { kept, suppressed } = judged(measured, lines, settings, { all, chosen });
  const isNew = (finding: Finding): boolean => before !== undefined && !before.has(identity(finding));
  const inside = folded(kept.filter((finding) => touches(finding, file.changed) || isNew(finding)).toSorted(byRank));
  return {
    findings: inside.slice(0, mostInFile),
    cut: Math.max(0, inside.length - mostInFile),
    outside: kept.filter((finding) => !touches(finding, file.changed) && !isNew(finding)).length,
    suppressed,
    notes: [],
  };
}

/** As one, within the size of a message: the worst of all are kept. */
export function joinFound(parts: readonly Found[]): Found {
  const all = parts.flatMap(({ findings }) => findings).toSorted(byRank);
  const findings = fitting(all, mostBytes);
  const total = (of: (part: Found) => number): number => parts.reduce((sum, part) => sum + of(part), 0);
  return {
    findings,
    cut: all.length - findings.length + total(({ cut }) => cut),
    outside: total(({ outside }) => outside),
    suppressed: sumOfSuppressed(parts.map(({ suppressed }) => suppressed)),
    notes: parts.flatMap(({ notes }) => notes),
  };
}

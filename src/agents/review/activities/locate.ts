/** Claims become findings: tied to the lines of their files as they are now, on lines that count, and not too many. */
import { byRank, tie, touches, type Claim, type Finding } from '../pure/findings.ts';
import type { Found, ReviewFile } from '../pure/types.ts';
import { readSource } from './files.ts';

/** What a reader bears of one file, and a message of many. */
const mostInFile = 40;
/** Bytes of JSON; the server's limit is 2 MB. */
const mostBytes = 800_000;

/** Claims about other files than these are none of this review. */
export async function tied(root: string, files: readonly ReviewFile[], claims: readonly Claim[]): Promise<Found> {
  const byPath = groups(claims);
  const parts: Found[] = [];
  for (const file of files) {
    const own = byPath.get(file.path);
    if (!own) continue;
    const content = await readSource(root, file.path);
    if ('skip' in content) continue;
    parts.push(
      counted(
        file,
        own.flatMap((claim) => tie(claim, content.lines) ?? []),
      ),
    );
  }
  return joined(parts);
}

function groups(claims: readonly Claim[]): Map<string, Claim[]> {
  const byPath = new Map<string, Claim[]>();
  for (const claim of claims) {
    const group = byPath.get(claim.path);
    if (group) group.push(claim);
    else byPath.set(claim.path, [claim]);
  }
  return byPath;
}

/** The worst of a file that are on lines that count. */
export function counted({ changed }: Pick<ReviewFile, 'changed'>, findings: readonly Finding[]): Found {
  const inside = findings.filter((finding) => touches(finding, changed)).toSorted(byRank);
  return {
    findings: inside.slice(0, mostInFile),
    cut: Math.max(0, inside.length - mostInFile),
    outside: findings.length - inside.length,
    notes: [],
  };
}

/** As one, within what a message bears: the worst of all are kept. */
export function joined(parts: readonly Found[]): Found {
  const all = parts.flatMap(({ findings }) => findings).toSorted(byRank);
  let left = mostBytes;
  const findings = all.filter((finding) => (left -= Buffer.byteLength(JSON.stringify(finding)) + 1) >= 0);
  const total = (of: (part: Found) => number): number => parts.reduce((sum, part) => sum + of(part), 0);
  return {
    findings,
    cut: all.length - findings.length + total(({ cut }) => cut),
    outside: total(({ outside }) => outside),
    notes: parts.flatMap(({ notes }) => notes),
  };
}

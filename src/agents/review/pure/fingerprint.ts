/** What a finding is recognised by when its line has moved: for code hosts, for a baseline, and beside the file as it was. */
import { given } from '../../../index.ts';
import type { Finding } from './findings.ts';

/** FNV-1a over what stays the same when lines are added above; 64 bits as two halves, since a workflow has no crypto. */
export function fingerprint({ path, tool, rule, excerpt }: Finding): string {
  const text = JSON.stringify([path, tool, rule, excerpt.map((line) => line.trim())]);
  return [0x811c9dc5, 0x9747b28c]
    .map((seed) => {
      let hash = seed;
      for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
      return (hash >>> 0).toString(16).padStart(8, '0');
    })
    .join('');
}

/** A finding as it is told at one of its places. */
export interface Told {
  readonly finding: Finding;
  readonly print: string;
}

/** Where it stands first, and at each further place, for those who show findings beside the lines they are about. */
export function toldAt(finding: Finding): Told[] {
  const { places = [], ...first } = finding;
  const { more: _, folded: __, column: ___, times: ____, help, ...same } = first;
  return [
    { finding: first, print: fingerprint(finding) },
    ...places.map(({ fingerprint: print, ...place }) => ({
      finding: {
        ...same,
        ...given({ help: place.message === undefined ? help : undefined }),
        ...place,
        excerpt: [],
      },
      print,
    })),
  ];
}

/** What sets a finding apart from others about the same lines, beside the file as it was. */
export function identity(finding: Finding): string {
  return `${fingerprint(finding)} ${finding.message}`;
}

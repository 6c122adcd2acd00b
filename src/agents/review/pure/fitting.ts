/** The findings that a message has room for, in their order; a misfit takes no room, and of many places as many stay as fit. */
import { utf8Bytes } from '../../../core/text/index.ts';
import type { Finding } from './findings.ts';

/** @param findings the ones to keep first come first @param bytes of JSON, the separators counted */
export function fitting(findings: readonly Finding[], bytes: number): Finding[] {
  let left = bytes;
  return findings.flatMap((finding) => {
    const size = sizeOf(finding);
    if (size <= left) {
      left -= size;
      return [finding];
    }
    const kept = shortened(finding, left / 2);
    if (kept) left -= sizeOf(kept);
    return kept ?? [];
  });
}

/** With as many of its places as fit, so that what follows has room too; `times` says how often it was said. */
function shortened(finding: Finding, bytes: number): Finding | undefined {
  if (!finding.places) return undefined;
  let left = bytes - sizeOf({ ...finding, places: [] });
  if (left < 0) return undefined;
  const places = finding.places.filter((place) => {
    const size = sizeOf(place);
    if (size > left) return false;
    left -= size;
    return true;
  });
  return { ...finding, places };
}

/** With the comma behind it. */
function sizeOf(value: object): number {
  return utf8Bytes(JSON.stringify(value)) + 1;
}

/** Those of the beginning that so many bytes have room for. */
export function leading<T>(all: readonly T[], bytes: number, bytesOf: (each: T) => number): T[] {
  let left = bytes;
  const end = all.findIndex((each) => (left -= bytesOf(each)) < 0);
  return end === -1 ? [...all] : all.slice(0, end);
}

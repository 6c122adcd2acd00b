/** Files of the reader's machine as a run is given them: their text where they are text, else their bytes. */
import { many } from '../../src/core/text/span.ts';

/** A request has 32 MB at most, and bytes as text are a third longer. */
const mostBytes = 20 * 1024 * 1024;

export interface GivenFile {
  readonly name: string;
  readonly content?: string;
  readonly base64?: string;
}

/** What was chosen in a field; nothing chosen is one file without a name. */
export function filesIn(form: FormData, path: string): File[] {
  return form.getAll(path).filter((each): each is File => each instanceof File && each.name !== '');
}

/** @throws {Error} saying what is wrong, where they are too large together */
export function checkSizes(files: readonly File[]): void {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (bytes <= mostBytes) return;
  const megabytes = (bytes / 1024 / 1024).toFixed(1);
  throw new Error(
    `${many(files.length, 'file')} of ${megabytes} MB: a browser sends 20 MB at most; the command at a terminal takes larger ones`,
  );
}

/** @throws {Error} where it cannot be read, such as one that was taken away since */
export async function givenFile(file: File): Promise<GivenFile> {
  const { name } = file;
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    return { name, content: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { name, base64: base64Of(bytes) };
  }
}

function base64Of(bytes: Uint8Array): string {
  let text = '';
  // An argument each is what a call takes so many of.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** The SHA-256 of each in hexadecimal, by its name. @throws {Error} where the page may not compute one */
export async function hashesOf(files: readonly File[]): Promise<Record<string, string>> {
  if (files.length > 0 && typeof crypto.subtle?.digest !== 'function')
    throw new Error('A browser compares files on https and on this machine only; at a terminal, --files does');
  checkSizes(files);
  const found: Record<string, string> = {};
  for (const file of files) {
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
    found[file.name] = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }
  return found;
}

/** The letters of an answer: which encoding its bytes are in, where they are not the UTF-8 that nearly all are. */
import { isUtf8 } from 'node:buffer';

/** As `fetchBytes` gives them. */
interface CodedBytes {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/**
 * UTF-8 wherever they are that, as many servers name another charset by habit; else what a mark, the header or an XML
 * declaration names. Where nothing does, what is no letter is U+FFFD: it costs no other.
 */
export function textIn({ bytes, contentType }: CodedBytes): string {
  const said = /;\s{0,5}charset=["']?([\w-]{1,40})/i.exec(contentType)?.[1];
  const marked = marks.get(Buffer.from(bytes.subarray(0, 2)).toString('hex'));
  // Latin letters in UTF-16 are good UTF-8 with zeros between them.
  const wide = said && /^utf-?16/i.test(said) ? said : undefined;
  const known = marked ?? wide ?? (isUtf8(bytes) ? 'utf-8' : (said ?? declaredIn(bytes)));
  try {
    return new TextDecoder(known).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

const marks = new Map([
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
]);

function declaredIn(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  return /^<\?xml[^>]{1,150}\bencoding=["']([\w-]{1,40})/.exec(start)?.[1];
}

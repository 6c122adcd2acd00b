/** PDFs for tests, those among them that are made to break their reader. */
import { constants, deflateRawSync } from 'node:zlib';

/** A document of these objects, the first of which is its root. */
export function pdf(objects: readonly (string | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const places: number[] = [];
  let length = parts[0]?.length ?? 0;
  objects.forEach((object, index) => {
    const part = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')]);
    places.push(length);
    parts.push(part);
    length += part.length;
  });
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const head = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  return Buffer.concat([
    ...parts,
    Buffer.from(`${head}trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${length}\n%%EOF`),
  ]);
}

export const stream = (entries: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`<<${entries}/Length ${body.length}>>stream\n`), body, Buffer.from('\nendstream')]);
export const root = '<</Type/Catalog/Pages 2 0 R>>';
export const onePage = '<</Type/Pages/Kids[3 0 R]/Count 1>>';
export const empty = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>';
export const shows = (contents: Buffer): Buffer =>
  pdf([
    root,
    onePage,
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>',
    contents,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ]);

/** A text many times over, compressed without ever being whole: blocks after a full flush stand by themselves. */
function repeated(text: string, times: number): Buffer {
  const block = deflateRawSync(Buffer.from(text), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const blocks = Array.from({ length: times }, () => block);
  return Buffer.concat([Buffer.from([0x78, 0xda]), ...blocks, deflateRawSync(Buffer.alloc(0))]);
}

export const flate = '/Filter/FlateDecode';

/** Two kilobytes that unpack into gigabytes. */
export function bomb(): Buffer {
  return shows(stream(flate, repeated(' '.repeat(1e7), 150)));
}

/** Texts that are made to make a reader slow, and how long one takes. */

/** What opens something, separates, escapes, or means something to some pattern; repeated, and never closed. */
export const units: readonly string[] = [
  '<·<a·</·<a>·<a ·<!--·<![CDATA[·<script>·<style ·<title>·<h1>·<nav>·<a b="·>·&·&amp;·&#x·[·![](·[a](·](·[1]·(·{·}·{"a":·[{',
  '"·\'·`·```\n·\\·\\"· ·\t·\n·\n\t·\r\t·\r\n·\u00A0·\n#·# ·\n* ·\n- ·\n> ·|·| ·\n|a·a·A1·0·1.·1,·1 ·1-·-·.·. ·...·,·, a·;·:·::',
  '=·_·/·//·/*·/**·*·**·*/·/** ·{@link ·@param ·@example·@·a@·a@a.·http://a:·https://·www.·~·$·${{·and ·or what · vs ·order ',
  'ignore all ·new system ·system:·call the ·reveal ·passages not ·was refunded ·Dr. ·10.1234/·doi:·eyJ·eyJa.·-----BEGIN ',
  'password="·RUN curl ·github.·@generated ·{1:·:61:·:86:·?20·/EREF/·<STMTTRN>·<OFX>·<Ntry>·EUR·2026-01-01·1.1.·12/27·DE00',
  '\uD83D·\uDE00·😀·\u0301·活·é·\u200B·\u202E·\u0000·０·ß',
].flatMap((some) => some.split('·'));

/** A text of so many characters: a beginning, something repeated, an end that makes a pattern fail. */
export function repeated(unit: string, length: number, start = '', end = ''): string {
  const times = Math.max(1, Math.floor((length - start.length - end.length) / Math.max(1, unit.length)));
  return (start + unit.repeat(times) + end).slice(0, length);
}

/** How much slower this machine is now than one that is idle: the time of a fixed piece of work against what it then takes. */
export async function slowness(): Promise<number> {
  const text = repeated('ab1 ', 200_000);
  const took = await bestOf(3, () => text.replaceAll(/[a-z]{1,3}\d/g, 'x').split('x').length);
  return Math.max(1, took / 8);
}

/** The least milliseconds that a piece of work takes the processor in some attempts. */
export async function bestOf(attempts: number, work: () => unknown): Promise<number> {
  let best = Infinity;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = process.cpuUsage();
    await quietly(work);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

/** The least of a few measurements, the first that is small enough being the last: others use the machine as well. */
export async function leastOf(measure: () => Promise<number>, enough: number): Promise<number> {
  let least = await measure();
  for (let attempt = 0; attempt < 4 && least >= enough; attempt++) least = Math.min(least, await measure());
  return least;
}

/** A refusal is an answer, too. */
async function quietly(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof RangeError && /call stack/.test(error.message)) throw error;
  }
}

/** What the patterns of a source file look for: their words and marks, as units of texts that they know. */
export function alphabetOf(source: string): string[] {
  const patterns = [
    ...source.matchAll(/(?<=[(=,:?[&|]\s*)\/(?![*/ ])((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/[a-z]*/g),
  ];
  const words = patterns.flatMap(([, body = '']) =>
    body
      .replaceAll(/\\[dD]/g, ' 0 ')
      .replaceAll(/\\[wWpbBku]/g, ' a ')
      .replaceAll(/\\[sS]/g, ' \t ')
      .replaceAll('\\', '')
      .split(/[()|?*+^$\s]+|\{\d+,?\d*\}/),
  );
  return [...new Set(words.flatMap((word) => [word, word.slice(0, 1), word.replaceAll(/[[\]]/g, '')]))].filter(
    (word) => word !== '' && word.length < 20,
  );
}

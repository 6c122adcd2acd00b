/** An answer in XML as plain data. */
import { XMLParser } from 'fast-xml-parser';
import { OddAnswer, type SourceAnswer } from './reader.ts';

interface XmlForm {
  /** Elements that are a list, also where there is one. */
  readonly lists: readonly string[];
  /** Elements whose content is left as it stands, since it has tags of its own. */
  readonly raw?: readonly string[];
  /** Whether attributes are read, as `@_name`. @default false */
  readonly attributes?: boolean;
}

/** Prefixes of names are left out. @throws {OddAnswer} */
export function xmlOf({ source, body }: SourceAnswer, { lists, raw = [], attributes = false }: XmlForm): unknown {
  const parser = new XMLParser({
    isArray: (tag) => lists.includes(tag),
    ignoreAttributes: !attributes,
    parseTagValue: false,
    removeNSPrefix: true,
    stopNodes: raw.map((tag) => `*.${tag}`),
  });
  try {
    return parser.parse(body, true);
  } catch (error) {
    throw new OddAnswer(
      source,
      `its body is no XML (${error instanceof Error ? error.message : 'unknown'}); it said ${JSON.stringify(body.slice(0, 150))}`,
    );
  }
}

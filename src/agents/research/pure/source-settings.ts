/** A JSON API as a source of research, described by data. */

export interface SourceSettings {
  /** As people will name it: lower case letters, digits and hyphens. */
  readonly name: string;
  /** With `{question}`, and `{limit}` where it takes one; `${NAME}` is read from the environment. */
  readonly url: string;
  /** `${NAME}` is read from the environment, so that keys stay out of the file. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the list of items is, as JMESPath; an object's values count as a list. @default the whole answer */
  readonly items?: string;
  /** Where each part is in an item, as JMESPath. */
  readonly fields: {
    readonly title: string;
    readonly url: string;
    readonly text?: string;
    readonly year?: string;
    readonly doi?: string;
  };
  /** The named limit that its calls wait at. @default the one of its name, where there is one */
  readonly limit?: string;
}

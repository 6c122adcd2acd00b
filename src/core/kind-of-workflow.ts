/** The kind of a run by the type of its workflow, as metrics and costs name it. */

/** Kinds whose workflows have other names. */
const kindNames: Readonly<Record<string, string>> = { runTasks: 'tasks', mapItems: 'map' };

export function kindOfWorkflow(type: string): string {
  return Object.hasOwn(kindNames, type) ? (kindNames[type] ?? type) : type;
}

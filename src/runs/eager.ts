/**
 * Runs that begin at once: where a worker shares the client's connection, a start is answered with the first workflow task.
 * Whether a worker of the queue has room, the SDK's core looks itself; without one the start is like any other.
 */
/** Whether the connection is one that workers share. The SDK marks it by a symbol, and refuses an eager start on any other. */
export function startsEagerly(connection: object): boolean {
  return Object.getOwnPropertySymbols(connection).some((symbol) => {
    const mark: unknown = Reflect.get(connection, symbol);
    return typeof mark === 'object' && mark !== null && Reflect.get(mark, 'supportsEagerStart') === true;
  });
}

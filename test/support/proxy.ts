/** A TCP proxy whose connections can be held up, cut, or refused, as a bad network does. */
import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Proxy {
  readonly address: string;
  /** Nothing passes any more, and nobody is told. */
  freeze(): void;
  /** Every connection is reset, and with `down` new ones are too. */
  reset(down?: boolean): void;
  /** What is sent from now on comes so much later. */
  delay(milliseconds: number): void;
  /** All is well again. */
  mend(): void;
  close(): Promise<void>;
}

export async function startProxy(target: string): Promise<Proxy> {
  const [host = '', port] = target.split(':');
  const sockets = new Set<Socket>();
  let delayMs = 0;
  let frozen = false;
  let down = false;
  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    if (frozen) socket.pause();
    socket
      .on('error', () => {})
      .on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    socket.on('data', (chunk) => {
      if (delayMs === 0) other.write(chunk);
      else setTimeout(() => other.destroyed || other.write(chunk), delayMs);
    });
  };
  const server = createServer((near) => {
    if (down) return void near.resetAndDestroy();
    const far = createConnection(Number(port), host);
    keep(near, far);
    keep(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    freeze() {
      frozen = true;
      for (const socket of sockets) socket.pause();
    },
    reset(toStay = false) {
      down = toStay;
      cut();
    },
    delay(milliseconds) {
      delayMs = milliseconds;
    },
    mend() {
      [frozen, down, delayMs] = [false, false, 0];
      for (const socket of sockets) socket.resume();
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Temporal behind TLS and an API key, as Temporal Cloud is: each call without the key is refused, whichever connection it came by. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import {
  connect,
  constants,
  type ClientHttp2Session,
  createSecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface KeyedServer {
  readonly address: string;
  /** File of the authority that a client must trust. */
  readonly certificate: string;
  /** Names of the calls that came with the key since it was asked last. */
  taken(): ReadonlySet<string>;
  /** From now on this key is the one that it takes. */
  takes(apiKey: string): void;
  close(): void;
}

/** A key pair for `localhost`, as files. */
export async function ownCertificate(): Promise<{ key: string; certificate: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'fanfold-tls-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const name = [
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost',
    '-addext',
    'basicConstraints=CA:FALSE',
  ];
  const made = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', certificate];
  await promisify(execFile)('openssl', ['req', '-x509', ...made, ...name]);
  return { key, certificate };
}

export async function startKeyedServer(target: string, apiKey: string): Promise<KeyedServer> {
  const { key, certificate } = await ownCertificate();
  const open = (): ClientHttp2Session => connect(`http://${target}`).on('error', () => {});
  let behind = open();
  const taken = new Set<string>();
  let wanted = apiKey;
  const server = createSecureServer({ key: await readFile(key), cert: await readFile(certificate) });
  server.on('sessionError', () => {});
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    if (headers.authorization !== `Bearer ${wanted}`) return refuse(stream);
    taken.add(headers[':path']?.split('/').at(-1) ?? '');
    passOn(stream, headers);
  });
  function passOn(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const { connection: _connection, ...passed } = headers;
    // The server ends a connection now and then.
    if (behind.closed || behind.destroyed) behind = open();
    const request = behind.request({ ...passed, ':scheme': 'http', ':authority': target });
    request.on('error', () => stream.destroyed || stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    stream.on('close', () => request.close(constants.NGHTTP2_CANCEL));
    let trailers = {};
    request.on('trailers', (come) => (trailers = come));
    request.on('response', (response, flags) => {
      if (stream.destroyed) return;
      // A refusal has its trailers for headers.
      if (flags & constants.NGHTTP2_FLAG_END_STREAM) return stream.respond(response, { endStream: true });
      stream.respond(response, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      request.pipe(stream);
    });
    stream.pipe(request);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `localhost:${(server.address() as AddressInfo).port}`,
    certificate,
    taken() {
      const names = new Set(taken);
      taken.clear();
      return names;
    },
    takes(next) {
      wanted = next;
    },
    close() {
      server.close();
      behind.destroy();
    },
  };
}

function refuse(stream: ServerHttp2Stream): void {
  const status = { 'grpc-status': '16', 'grpc-message': 'Request unauthorized.' };
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...status }, { endStream: true });
}

/** Requests that never become one, as they are too slow, too long or no HTTP: answered with problem documents all the same. */
import type { Socket } from 'node:net';
import type { FastifyServerOptions } from 'fastify';
import { cleanJson } from '../core/text/controls.ts';
import { describeProblem, ProblemError } from './problems.ts';

/** What a client may take to send its headers; and the whole request, of up to 32 MB. */
export const patience = { headersMs: 15_000, requestMs: 60_000 } as const;

/** Above what is read of an address, so that most that are too long are answered by their route's own rule. */
export const maxHeaderBytes = 64 * 1024;

type Unparsed = Parameters<NonNullable<FastifyServerOptions['clientErrorHandler']>>[0];

export function answerUnparsed(error: Unparsed, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) {
    const { problem } = describeProblem(problemOf(error), '');
    const body = cleanJson(problem);
    const head = [
      `HTTP/1.1 ${problem.status} ${problem.title}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroySoon();
}

function problemOf({ code, rawPacket }: Unparsed): ProblemError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new ProblemError(408, 'The request did not arrive in time');
  if (code !== 'HPE_HEADER_OVERFLOW') return new ProblemError(400, 'This is no HTTP request that can be read');
  const last: unknown = rawPacket;
  // The first line is still going on where what came last is of it.
  if (Buffer.isBuffer(last) && !last.includes('\n') && /^[A-Z]+ /.test(last.toString('latin1', 0, 20)))
    return new ProblemError(414, 'The address of the request is longer than any that is read');
  return new ProblemError(431, `Address and headers of the request have more than ${maxHeaderBytes} bytes`);
}

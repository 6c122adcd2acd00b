/** Toxiproxy between two processes; Go builds it once and keeps it. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../src/dev-server/ports.ts';
import { eventually } from './temporal.ts';

const version = '2.5.0';

export interface Toxiproxy {
  /** Where the target is reached through the proxy. */
  readonly address: string;
  /** Makes the network bad in a way that Toxiproxy names, both ways. */
  add(type: string, attributes: object): Promise<void>;
  /** Cuts all connections and refuses new ones. */
  down(): Promise<void>;
  /** All is well again. */
  mend(): Promise<void>;
  stop(): Promise<void>;
}

/** Undefined, and in words why, where there is no Go or it cannot fetch what it needs. */
export async function startToxiproxy(target: string): Promise<[proxy: Toxiproxy | undefined, why: string]> {
  const [program, why] = await install();
  if (program === undefined) return [undefined, why];
  const port = await freePort();
  const server = spawn(program, ['-host', '127.0.0.1', '-port', String(port)], { stdio: 'ignore' });
  const api = async (method: string, path: string, body?: object): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Toxiproxy: ${method} ${path}: ${text}`);
    return text;
  };
  await eventually(() => api('GET', '/version').catch(() => undefined));
  const made = await api('POST', '/proxies', { name: 'temporal', listen: '127.0.0.1:0', upstream: target });
  const { listen } = JSON.parse(made) as { listen: string };
  const proxy: Toxiproxy = {
    address: listen,
    async add(type, attributes) {
      for (const stream of ['upstream', 'downstream'])
        await api('POST', '/proxies/temporal/toxics', { name: `${type}-${stream}`, type, stream, attributes });
    },
    async down() {
      await api('POST', '/proxies/temporal', { listen, enabled: false });
    },
    async mend() {
      await api('POST', '/reset');
    },
    async stop() {
      server.kill('SIGKILL');
      await once(server, 'exit');
    },
  };
  return [proxy, ''];
}

async function install(): Promise<[program: string | undefined, why: string]> {
  const folder = join(tmpdir(), 'fanfold-go', `toxiproxy-${version}`);
  const program = join(folder, 'server');
  if (existsSync(program)) return [program, ''];
  try {
    const path = [process.env['PATH'] ?? '', '/usr/local/go/bin'].join(delimiter);
    const env = { ...process.env, PATH: path, GOBIN: folder, CGO_ENABLED: '0' };
    await promisify(execFile)('go', ['install', `github.com/Shopify/toxiproxy/v2/cmd/server@v${version}`], {
      env,
      timeout: 240_000,
    });
    return [program, ''];
  } catch (error) {
    const { message } = error as Error;
    return [
      undefined,
      `Toxiproxy cannot be built by go here: ${message.split('\n').slice(-3).join(' ').slice(0, 300)}`,
    ];
  }
}

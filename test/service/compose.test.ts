import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const works = (command: readonly string[]): boolean =>
  spawnSync(command[0] ?? '', [...command.slice(1), 'version'], { stdio: 'ignore' }).status === 0;
const compose = [['docker', 'compose'], ['docker-compose']].find(works);

// Docker Compose comes with Docker, which not every developer's machine has; CI installs it.
test.skipIf(!compose)(
  'the compose file is valid and has a server, a database, a UI, two workers and a service that wants a token',
  () => {
    const [program = '', ...rest] = compose ?? [];
    const config = (environment: NodeJS.ProcessEnv): string =>
      execFileSync(program, [...rest, 'config'], {
        cwd: root,
        encoding: 'utf8',
        stdio: 'pipe',
        env: { ...process.env, ...environment },
      });
    const text = config({ FANFOLD_TOKEN: 'a-token' });
    for (const service of [
      'postgresql',
      'schema',
      'temporal',
      'namespace',
      'ui',
      'worker',
      'service',
      'prometheus',
      'grafana',
    ])
      expect(text).toMatch(new RegExp(`^  ${service}:`, 'm'));
    expect(text).toMatch(/replicas: 2/);
    expect(text).not.toMatch(/published: .*0\.0\.0\.0/);
    expect(() => config({ FANFOLD_TOKEN: '' })).toThrow(/FANFOLD_TOKEN/);
  },
);

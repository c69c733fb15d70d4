// `npm run test:clients` needs boto3 and moto, which npm does not have: a Python environment of its own below node_modules, made once.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const packages = ['boto3==1.44.5', 'moto[server]==5.2.5'];

/** The interpreter that has them. */
export const python = resolve('node_modules/.cache/python', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

export function preparePython() {
  const folder = resolve('node_modules/.cache/python');
  const stamp = join(folder, packages.join('+'));
  if (existsSync(stamp)) return;
  rmSync(folder, { recursive: true, force: true });
  run('python3', ['-m', 'venv', folder], 'On Debian: apt-get install -y --no-install-recommends python3-venv');
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], 'pip needs to reach PyPI.');
  run(python, ['-c', `open(${JSON.stringify(stamp)}, 'w').close()`], '');
}

function run(command, args, remedy) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed. ${remedy}`, { cause: error });
}

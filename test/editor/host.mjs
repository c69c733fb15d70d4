// Makes the editor of the tests ready: code-server's own install step is switched off in package.json (allowScripts), because it refuses the machine's Node.
// Runs once, 30 to 40 seconds, under the Node of the lockfile.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packedChromium } from './chromium.mjs';

const vscode = resolve('node_modules/code-server/lib/vscode');
const { version } = JSON.parse(readFileSync(resolve('node_modules/code-server/package.json'), 'utf8'));
const stamp = join(vscode, '.keystow-ready');
const wanted = `${version} ${process.version}`;

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  if (!process.version.startsWith('v24.'))
    throw new Error(`The editor of the tests runs on Node 24 from the lockfile; this is ${process.version}. Start me by npm.`);
  const headers = resolve(`node_modules/node-${process.platform}-${process.arch}`);
  const env = { ...process.env, npm_config_nodedir: headers };
  // npm inside npm: what the outer one says of its own package must not reach the inner one
  for (const name of Object.keys(env))
    if (/^npm_(package|lifecycle|command)|^npm_config_(local_)?prefix$|^INIT_CWD$/.test(name)) delete env[name];
  const npm = (cwd, ...args) =>
    execFileSync(process.execPath, [process.env.npm_execpath, ...args], { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
  for (const folder of [vscode, join(vscode, 'extensions')])
    npm(folder, 'install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
  // without spdlog every Output channel stays empty; the two are compiled by python3, make and g++
  npm(vscode, 'rebuild', '@vscode/spdlog', '@vscode/native-watchdog', '--loglevel=error');
  if (process.platform === 'linux' && process.arch === 'x64') await packedChromium();
  writeFileSync(stamp, wanted);
}

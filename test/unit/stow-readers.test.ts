import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format } from '../../src/message.ts';
import { type Blocker, decideDotenv, findReaders } from '../../src/stow/readers.ts';

const name = 'AWS_ACCESS_KEY_ID';
const readersOf = (path: string, text: string) => findReaders([{ path, text }], [name]);

const reading: readonly (readonly [path: string, text: string])[] = [
  ['a.js', `const id = process.env.${name};`],
  ['a.ts', `const id = process.env.${name}!;`],
  ['a.js', `process.env?.${name}`],
  ['a.js', `process.env['${name}']`],
  ['a.js', `process.env[\`${name}\`]`],
  ['a.js', `const { ${name}: id, OTHER } = process.env;`],
  ['a.js', `const {\n  ${name} = '',\n  OTHER,\n} = process.env;`],
  ['a.ts', `const { ${name} }: NodeJS.ProcessEnv = process.env`],
  ['a.ts', `import.meta.env.${name}`],
  ['a.ts', `Deno.env.get("${name}")`],
  ['a.ts', `Bun.env.${name}`],
  ['a.py', `os.environ["${name}"]`],
  ['a.py', `os.environ.get('${name}', '')`],
  ['a.py', `environ.get(\n    "${name}")`],
  ['a.py', `os.getenv("${name}")`],
  ['a.py', `env.str("${name}")`],
  ['a.rb', `ENV['${name}']`],
  ['a.rb', `ENV.fetch("${name}")`],
  ['a.php', `getenv('${name}')`],
  ['a.php', `$_ENV['${name}']`],
  ['a.php', `env('${name}', null)`],
  ['A.java', `System.getenv("${name}")`],
  ['a.kt', `System.getenv()["${name}"]`],
  ['a.go', `os.Getenv("${name}")`],
  ['a.go', `os.LookupEnv("${name}")`],
  ['a.rs', `std::env::var("${name}")`],
  ['a.rs', `env!("${name}")`],
  ['a.cs', `Environment.GetEnvironmentVariable("${name}")`],
  ['a.ex', `System.fetch_env!("${name}")`],
  ['a.c', `getenv("${name}")`],
  ['a.swift', `ProcessInfo.processInfo.environment["${name}"]`],
  ['run.sh', `curl --user "$${name}:x"`],
  ['run.sh', `: "\${${name}:?not set}"`],
  ['bin/run', `#!/bin/bash\necho \${${name}}`],
  ['run.ps1', `$env:${name}`],
  ['run.cmd', `echo %${name}%`],
  ['Makefile', `deploy:\n\tKEY=$(${name}) ./deploy`],
  ['package.json', `{"scripts":{"start":"KEY=$${name} node ."}}`],
  ['Dockerfile', `ENV KEY=\${${name}}`],
  ['Dockerfile.prod', `FROM node\nARG ${name}`],
  ['compose.yaml', `services:\n  web:\n    environment:\n      KEY: \${${name}}`],
  ['docker-compose.dev.yml', `    environment:\n      - ${name}\n`],
  ['compose.yml', `    environment:\n      ${name}:\n      OTHER: x\n`],
  ['.github/workflows/ci.yml', `      - run: ./deploy "$${name}"`],
  ['.env', `S3_KEY=\${${name}}`],
  ['C:\\code\\run.sh', `echo $${name}`],
];

for (const [path, text] of reading) {
  test(`reads the variable: ${path}: ${text.replaceAll('\n', ' ')}`, () => {
    const line = text.slice(0, text.indexOf(name)).split('\n').length;
    assert.deepEqual(readersOf(path, text).byName, [{ path, line }]);
  });
}

const silent: readonly (readonly [path: string, text: string])[] = [
  ['README.md', `Set \`process.env.${name}\` first.`],
  ['.env.example', `${name}=your-key`],
  ['a.js', `process.env.${name}_2`],
  ['a.js', `process.env.MY_${name}`],
  ['a.js', `// set ${name} first`],
  ['a.js', `const { ${name} } = require('./secrets');`],
  ['a.ts', `const url = \`https://\${${name}}\`;`],
  ['compose.yml', `    environment:\n      ${name}: fixed\n`],
  ['.github/workflows/ci.yml', `  env:\n    KEY: \${{ secrets.${name} }}`],
  ['a.py', `boto3.client('s3')  # uses ${name}`],
];

for (const [path, text] of silent) {
  test(`does not read the variable: ${path}: ${text.replaceAll('\n', ' ')}`, () => assert.deepEqual(readersOf(path, text).byName, []));
}

const blocking: readonly (readonly [why: Blocker['why'], path: string, line: number, text: string])[] = [
  ['override', 'a.js', 2, `import dotenv from 'dotenv';\ndotenv.config({ override: true });`],
  ['override', 'a.js', 1, `require('dotenv').config({ path: '.env', override: true })`],
  ['override', 'a.py', 2, 'from dotenv import load_dotenv\nload_dotenv(override=True)'],
  ['override', 'a.py', 1, 'load_dotenv(find_dotenv(),\n  override=True)'],
  ['override', 'a.rb', 1, "Dotenv.overload('.env')"],
  ['override', 'run.sh', 1, 'DOTENV_CONFIG_OVERRIDE=true node -r dotenv/config .'],
  ['docker-env-file', 'run.sh', 1, 'docker run --rm --env-file .env app'],
  ['docker-env-file', 'run.sh', 2, 'docker run --rm \\\n  --env-file .env \\\n  app'],
  ['docker-env-file', 'package.json', 1, '{"scripts":{"start":"podman run --env-file=.env app"}}'],
  ['docker-env-file', 'a.js', 1, "spawn('docker', ['run', '--env-file', '.env', 'app'])"],
  ['docker-env-file', '.devcontainer/devcontainer.json', 1, '{"runArgs": ["--env-file", ".env"]}'],
  ['compose-env-file', 'compose.yaml', 3, 'services:\n  web:\n    env_file: .env\n'],
  ['compose-env-file', 'docker-compose.yml', 1, '    env_file:\n      - .env\n'],
];

for (const [why, path, line, text] of blocking) {
  test(`makes references useless (${why}): ${path}: ${text.replaceAll('\n', ' ')}`, () => {
    assert.deepEqual(readersOf(path, text).blocked, [{ path, line, why }]);
  });
}

const harmless: readonly (readonly [path: string, text: string])[] = [
  ['a.js', `import dotenv from 'dotenv';\ndotenv.config();`],
  ['a.js', 'merge({ override: true })'],
  ['a.py', 'load_dotenv()\nsettings(override=True)'],
  ['run.sh', 'node --env-file=.env app.js'],
  ['run.sh', 'docker compose --env-file .env up'],
  ['run.sh', 'docker-compose --env-file .env up'],
  ['run.sh', 'docker build .\nnode --env-file=.env app.js'],
  ['a.yaml', 'env_file: .env'],
];

for (const [path, text] of harmless) {
  test(`leaves references working: ${path}: ${text.replaceAll('\n', ' ')}`, () => assert.deepEqual(readersOf(path, text).blocked, []));
}

test('every line that reads one of the names is told once, in the order of the file', () => {
  const text = 'a\nid(process.env.A_KEY, process.env.A_SECRET)\n\nsecret(process.env.A_SECRET)\n';
  assert.deepEqual(findReaders([{ path: 'a.js', text }], ['A_SECRET', 'A_KEY']).byName, [
    { path: 'a.js', line: 2 },
    { path: 'a.js', line: 4 },
  ]);
});

test('long and hostile files are read in time in proportion to their length', () => {
  const hard = [
    `process.env.${name},`.repeat(20_000),
    `{ ${name}, `.repeat(30_000),
    `env${'x'.repeat(500_000)}`,
    `${'env'.repeat(200_000)} ${name}`,
    `load_dotenv(${'('.repeat(300_000)}`,
    'load_dotenv(()'.repeat(40_000),
    'docker \\\n'.repeat(30_000) + '--env-file \\\n'.repeat(20_000),
    `dotenv ${'override '.repeat(60_000)}`,
  ];
  for (const text of hard) {
    const began = process.cpuUsage(); // the clock would count what else the machine does
    readersOf('compose.yml', text);
    const { user, system } = process.cpuUsage(began);
    assert.ok((user + system) / 1000 < 1000, text.slice(0, 20));
  }
});

const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

test('where only the SDK reads standard names, a profile takes their place', () => {
  assert.equal(decideDotenv({ byName: [], blocked: [] }, { names, standard: true }), 'profile');
});

test('where a program reads the names, or they are its own, references take their place', () => {
  assert.equal(decideDotenv({ byName: [{ path: 'a.js', line: 1 }], blocked: [] }, { names, standard: true }), 'references');
  assert.equal(decideDotenv({ byName: [], blocked: [] }, { names: ['S3_KEY', 'S3_SECRET'], standard: false }), 'references');
});

test('where the file’s text reaches the program past the environment, no edit is offered but the command that works', () => {
  for (const why of ['override', 'docker-env-file', 'compose-env-file'] as const) {
    const result = decideDotenv({ byName: [], blocked: [{ path: 'compose.yml', line: 7, why }] }, { names, standard: true });
    assert.ok(typeof result === 'object');
    const said = format(result.refused);
    assert.match(said, /^Line 7 of compose\.yml /);
    assert.ok(said.includes('keystow exec -- docker run -e AWS_ACCESS_KEY_ID -e AWS_SECRET_ACCESS_KEY …'));
  }
});

import assert from 'node:assert/strict';
import test from 'node:test';
import {
  commandThatSets,
  envFilesOf,
  type FolderFacts,
  type OwnSetting,
  ownSettingsIn,
  ownSettingsOfTerminals,
  providedProfile,
  terminalAwsFiles,
  wantsProfile,
} from '../../src/editor/folder-environment.ts';

/** A variable as VS Code writes it. */
const hole = (name: string) => `$\{${name}}`;

const own = (value: string, variable = 'AWS_PROFILE', file = '.env'): OwnSetting => ({ file, variable, value });

test('terminals get the profile that a person chose, where its section is and the folder does not say another', () => {
  const usual: FolderFacts = { trusted: true, provide: true, chosen: 'work', hasSection: true, own: [] };
  const table: [facts: Partial<FolderFacts>, outcome: string][] = [
    [{}, 'profile work'],
    [{ chosen: undefined }, 'nobody chose'],
    [{ chosen: '' }, 'nobody chose'],
    [{ provide: false }, 'switched off'],
    [{ trusted: false }, 'not trusted'],
    [{ hasSection: false }, 'no section'],
    [{ own: [own('work')] }, 'profile work'],
    [{ own: [own('work'), own('work', 'AWS_DEFAULT_PROFILE', 'tasks.json')] }, 'profile work'],
    [{ own: [own('home')] }, 'own setting .env'],
    [{ own: [own('work'), own('home', 'AWS_PROFILE', 'launch.json')] }, 'own setting launch.json'],
    [{ own: [own('work', 'AWS_ACCESS_KEY_ID')] }, 'own setting .env'],
    [{ own: [own('home')], chosen: undefined }, 'nobody chose'],
  ];
  for (const [facts, outcome] of table) {
    const provided = providedProfile({ ...usual, ...facts });
    const said =
      'profile' in provided
        ? `profile ${provided.profile}`
        : 'own' in provided
          ? `${provided.because} ${provided.own.file}`
          : provided.because;
    assert.equal(said, outcome, JSON.stringify(facts));
  }
});

test('a folder says in .env, launch.json and tasks.json whom its programs act as', () => {
  const table: [file: '.env' | '.vscode/launch.json' | '.vscode/tasks.json', text: string, said: string[]][] = [
    ['.env', 'PORT=1\nexport AWS_PROFILE="home"\n', ['.env AWS_PROFILE home']],
    ['.env', '# AWS_PROFILE=home\nAWS_PROFILE=\nMY_AWS_PROFILE=x\n', []],
    [
      '.env',
      'AWS_ACCESS_KEY_ID=keystow://aws/a\nAWS_DEFAULT_PROFILE=b\n',
      ['.env AWS_ACCESS_KEY_ID keystow://aws/a', '.env AWS_DEFAULT_PROFILE b'],
    ],
    [
      '.vscode/launch.json',
      '// mine\n{"configurations":[{"type":"node","env":{"A":"1"}},{"type":"node","env":{"AWS_PROFILE":"home",}},]}',
      ['launch.json AWS_PROFILE home'],
    ],
    [
      '.vscode/launch.json',
      '{"configurations":[{"type":"cppdbg","environment":[{"name":"AWS_PROFILE","value":"home"},{"name":"B"}]}]}',
      ['launch.json AWS_PROFILE home'],
    ],
    ['.vscode/launch.json', '{"inputs":[{"id":"AWS_PROFILE","description":"home"}],"AWS_PROFILE":"x"}', []],
    [
      '.vscode/tasks.json',
      `{"options":{"env":{"AWS_PROFILE":"a"}},"tasks":[{"options":{"env":{"AWS_PROFILE":"${hole('input:p')}"}}}]}`,
      ['tasks.json AWS_PROFILE a', `tasks.json AWS_PROFILE ${hole('input:p')}`],
    ],
    [
      '.vscode/tasks.json',
      '{"tasks":[{"command":"aws --profile home s3 ls", "linux": {"options":{"env":{"AWS_PROFILE":"a"}}',
      ['tasks.json AWS_PROFILE a'],
    ],
    ['.vscode/tasks.json', 'not json', []],
    ['.vscode/tasks.json', '', []],
  ];
  for (const [file, text, said] of table) {
    assert.deepEqual(
      ownSettingsIn(file, text).map((one) => `${one.file} ${one.variable} ${one.value}`),
      said,
      text,
    );
  }
  assert.deepEqual(ownSettingsOfTerminals({ AWS_PROFILE: 'home', AWS_REGION: 'x', AWS_DEFAULT_PROFILE: null }), [
    own('home', 'AWS_PROFILE', 'settings.json'),
  ]);
});

test('the files of a terminal are those that its own variables name', () => {
  const inherited = { AWS_CONFIG_FILE: '/etc/aws', TEAM: 'ops' };
  const files = (setting: Parameters<typeof terminalAwsFiles>[1]) => terminalAwsFiles(inherited, setting, '/w/shop', '/home/a');
  assert.deepEqual(files({}), { config: '/etc/aws', credentials: '/home/a/.aws/credentials' });
  assert.equal(files({ AWS_CONFIG_FILE: null }).config, '/home/a/.aws/config');
  assert.equal(files({ AWS_CONFIG_FILE: '~/c' }).config, '/home/a/c');
  assert.equal(files({ AWS_CONFIG_FILE: `${hole('workspaceFolder')}/c` }).config, '/w/shop/c');
  assert.equal(files({ AWS_CONFIG_FILE: `${hole('userHome')}/${hole('env:TEAM')}` }).config, '/home/a/ops');
  assert.equal(files({ AWS_SHARED_CREDENTIALS_FILE: '/c' }).credentials, '/c');
});

test('a shell is told in its own words, and no name that it would act on', () => {
  assert.equal(commandThatSets('AWS_PROFILE', 'team/prod', '/bin/bash'), 'export AWS_PROFILE=team/prod');
  assert.equal(commandThatSets('AWS_PROFILE', 'prod', '/usr/bin/fish'), 'export AWS_PROFILE=prod');
  assert.equal(commandThatSets('AWS_PROFILE', 'prod', 'C:\\Program Files\\PowerShell\\7\\pwsh.exe'), "$env:AWS_PROFILE = 'prod'");
  assert.equal(commandThatSets('AWS_PROFILE', 'prod', 'C:\\Windows\\System32\\cmd.exe'), 'set AWS_PROFILE=prod');
  for (const name of ['a b', '$(id)', "a'b", 'a;b', '-x'])
    assert.throws(() => commandThatSets('AWS_PROFILE', name, 'bash'), { name: 'UserError' });
});

test('F5 gives the profile to what is started outside the terminal and says nothing itself', () => {
  const table: [launch: Parameters<typeof wantsProfile>[0], wants: boolean][] = [
    [{ type: 'node', request: 'launch' }, true],
    [{ type: 'node', request: 'launch', env: { A: '1' } }, true],
    [{ type: 'node', request: 'launch', console: 'externalTerminal' }, true],
    [{ type: 'node', request: 'launch', console: 'integratedTerminal' }, false],
    [{ type: 'node', request: 'attach' }, false],
    [{ type: 'node', request: 'launch', env: { AWS_PROFILE: 'x' } }, false],
    [{ type: 'node', request: 'launch', env: { AWS_PROFILE: '' } }, false],
    [{ type: 'node', request: 'launch', env: { AWS_DEFAULT_PROFILE: 'x' } }, false],
    [{ type: 'node', request: 'launch', env: { AWS_ACCESS_KEY_ID: 'x' } }, false],
    [{ type: 'go', request: 'launch' }, true],
    [{ type: 'coreclr', request: 'launch' }, true],
    [{ type: 'debugpy', request: 'launch' }, false],
    [{ type: 'debugpy', request: 'launch', console: 'internalConsole' }, true],
    [{ type: 'cppdbg', request: 'launch' }, false],
    [{ type: 'chrome', request: 'launch' }, false],
    [{ type: 'constructor', request: 'launch' }, false],
  ];
  for (const [launch, wants] of table) assert.equal(wantsProfile(launch), wants, JSON.stringify(launch));
  assert.deepEqual(envFilesOf({ type: 'go', envFile: ['a', 'b'] }), ['a', 'b']);
  assert.deepEqual(envFilesOf({ type: 'node', envFile: '/w/dev.env' }), ['/w/dev.env']);
  assert.deepEqual(envFilesOf({ type: 'node' }), []);
});

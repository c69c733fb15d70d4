// The folder and the home of the demo: a small shop whose author typed his keys into files.

import type { Files } from '../editor/vscode.ts';
import type { SimulatorKey } from './world.ts';

/** `bin` is the folder of the commands: the editor's server takes PATH from a login shell, which forgets it. */
export function demoHome(key: SimulatorKey, endpoint: string, bin: string, service: string): Files {
  return {
    '.aws/config': `[default]\nregion = eu-west-1\noutput = json\nendpoint_url = ${endpoint}\n`,
    '.aws/credentials': `[default]\n# made for the shop, never rotated\naws_access_key_id = ${key.accessKeyId}\naws_secret_access_key = ${key.secretAccessKey}\n`,
    '.local/share/keystow/keychain-service': `${service}\n`,
    '.bashrc': `PS1='$ '\nPATH='${bin}':$PATH\n`,
  };
}

export function demoWorkspace(key: SimulatorKey, token: string): Files {
  return {
    'README.md': readme,
    'shop/.env': `# settings of the shop\nPORT=8080\nAWS_ACCESS_KEY_ID=${key.accessKeyId}\nAWS_SECRET_ACCESS_KEY=${key.secretAccessKey}\nAWS_REGION=eu-west-1\n`,
    'shop/whoami.mjs': whoami,
    'release/.env': `GITHUB_TOKEN=${token}\n`,
    'release/publish.mjs': publish,
    'report.py': 'import boto3\n\n# type a key pair here and watch\n',
    '.gitignore': 'node_modules\n',
  };
}

const whoami = `// Asks AWS who this program acts as. It knows no key: the SDK finds one in its environment.
import 'dotenv/config';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

const { Arn } = await new STSClient().send(new GetCallerIdentityCommand());
console.log('acting as', Arn);
`;

const publish = `// Shows that the token arrives, without showing it.
import { createHash } from 'node:crypto';

const token = process.env.GITHUB_TOKEN ?? '';
console.log('token', createHash('sha256').update(token).digest('hex').slice(0, 12));
`;

const readme = `# The demo shop

Everything here is made up: AWS is a simulator on this machine, the keys open nothing, and nothing of yours is touched.

1. **See it.** Open \`shop/.env\`. The red line is a key that anybody who reads this file could use. Point at it.
2. **Stow it.** Put the cursor on the red line, press Ctrl+. (macOS: Cmd+.), and pick *Move to the keychain…*. Look at the comparison, then press Enter.
3. **It still works.** In a terminal: \`cd shop && node whoami.mjs\`. The program acts as before; the key is gone from the file.
4. **Your AWS files.** Press *Move it…* in the notification, or run *Keystow: Move Plaintext AWS Keys to Keychain…*. Then: \`aws sts get-caller-identity\`.
5. **A token.** Stow the one in \`release/.env\`, then: \`cd release && keystow exec --env-file .env -- node publish.mjs\`.
6. **Back again.** *Keystow: Undo a Stow…* puts the text back, byte for byte.
`;

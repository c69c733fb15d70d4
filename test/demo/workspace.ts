// The folder and the home of the demo: a small shop whose author typed his keys into files.

import type { Files } from '../editor/vscode.ts';
import { calmMinutes, type DemoAccount } from './incident.ts';

/** `bin` is the folder of the commands: the editor's server takes PATH from a login shell, which forgets it. */
export function demoHome({ key, simulator: { endpoint, world } }: DemoAccount, bin: string, service: string): Files {
  return {
    '.aws/config': `[default]\nregion = eu-west-1\noutput = json\nendpoint_url = ${endpoint}\n\n[sso-session company]\nsso_start_url = ${world.identityCenter.startUrl}\nsso_region = eu-west-1\nsso_registration_scopes = sso:account:access\nendpoint_url = ${endpoint}\n`,
    '.aws/credentials': `[default]\n# made for the shop, never rotated\naws_access_key_id = ${key.accessKeyId}\naws_secret_access_key = ${key.secretAccessKey}\n`,
    '.local/share/keystow/keychain-service': `${service}\n`,
    '.bashrc': `PS1='$ '\nPATH='${bin}':$PATH\n`,
  };
}

export function demoWorkspace({ key, times }: DemoAccount, token: string): Files {
  return {
    'README.md': readme(times),
    'shop/.env': `# settings of the shop\nPORT=8080\nAWS_ACCESS_KEY_ID=${key.accessKeyId}\nAWS_SECRET_ACCESS_KEY=${key.secretAccessKey}\nAWS_REGION=eu-west-1\n`,
    'shop/whoami.mjs': whoami,
    'shop/calls.sh': calls,
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

const calls = `# Calls AWS again and again with the settings of the shop, until Enter is pressed.
set -a; . ./.env; set +a
answered=0 failed=0
until read -rt 0.1; do
  if aws sts get-caller-identity > /dev/null; then answered=$((answered + 1)); else failed=$((failed + 1)); fi
  echo "$answered calls answered, $failed failed"
done
`;

const publish = `// Shows that the token arrives, without showing it.
import { createHash } from 'node:crypto';

const token = process.env.GITHUB_TOKEN ?? '';
console.log('token', createHash('sha256').update(token).digest('hex').slice(0, 12));
`;

const readme = (times: string) => `# The demo shop

Everything here is made up: AWS is a simulator on this machine, the keys open nothing, and nothing of yours is touched.

1. **See it.** The red line in [shop/.env](shop/.env), beside this page, is a key that anybody who reads the file could use. Point at it.
2. **Stow it.** Put the cursor on the red line, press Ctrl+. (macOS: Cmd+.), and pick *Move to the keychain…*. Look at the comparison, give the profile the name *shop*, then press Enter.
3. **It still works.** In a terminal: \`cd shop && node whoami.mjs\`. The program acts as before; the key is gone from the file.
4. **Your AWS files.** Press *Move it…* in the notification, or run *Keystow: Move Plaintext AWS Keys to Keychain…* (F1 opens the list of commands). Then: \`aws sts get-caller-identity\`.
5. **A token.** Stow the one in [release/.env](release/.env), then: \`cd release && keystow exec --env-file .env -- node publish.mjs\`. *Keystow: Undo a Stow…* puts it back, byte for byte.
6. **Sign in.** *Keystow: Add Profile…*, then *IAM Identity Center (SSO)* and *company*. Allow it on the page that opens, and take the role AdministratorAccess in the account Demo. The status bar shows the time that is left.
7. **Rotate.** In a terminal: \`cd shop && bash calls.sh\`. While it calls AWS, run *Keystow: Rotate Access Key…* for the profile shop. No call fails; Enter ends it.
8. **The bill.** *Keystow: Show Spend*, then *Watch the spend*. ${calmMinutes} minutes after the demo was started (or when you press b in the terminal of npm start), somebody who found a key of the user ci-deploy starts miners in 17 regions. **The bill goes red: click it**, and pick *Contain…*. Look at what will be done, then press Enter.
9. **It falls.** *Keystow: Refresh Spend*, again and again: within two minutes the dollars per hour fall. *Keystow: Undo Containment…* gives everything back.

How fast: ${times}. In the real incident the miners ran 15 minutes and came back every 3, and AWS's CloudWatch is minutes late.
`;

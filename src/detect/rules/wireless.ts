// Keys of wireless networks, and of devices in them.
import { setOf } from '../engine/matcher.ts';
import { isMixed, isVaried } from '../randomness.ts';
import { inFile } from './in-file.ts';
import { isMixedValue, passwordBehindName } from './password.ts';
import { base62, base64, type Rule } from './rule.ts';
import { signOfSetting } from './settings-beside.ts';

const told = {
  risk: 'Joins the wireless network, and reaches what everybody in it may reach.',
  severity: 'warning',
  isChosen: true,
  commonInTests: true,
} as const;

const givesName = /^[ \t]{0,40}(?:-[ \t]{1,4})?(?:[\w*]{1,20}[ \t]{1,4}){0,3}["']?ssid["']?[ \t]{0,24}[:=]/i;
const mostLines = 3;

/** Does one of the few lines before that of a password, or the one behind it, give the name of a network? */
function isBesideName(before: string, behind: string): boolean {
  let end = before.lastIndexOf('\n');
  for (let turn = 0; turn < mostLines && end > 0; turn++) {
    const start = before.lastIndexOf('\n', end - 1) + 1;
    const line = before.slice(start, end);
    if (givesName.test(line)) return true;
    if (line.trim() === '') break;
    end = start - 1;
  }
  const next = behind.indexOf('\n') + 1;
  return next > 0 && givesName.test(behind.slice(next));
}

/** In the example of wpa_supplicant’s own configuration. */
const keyOfExample = '06b4be19';

export const wirelessRules = (): readonly Rule[] => [
  inFile({
    ...told,
    id: 'wifi-password',
    name: 'Password of a wireless network',
    format: 'password on the line behind or before ssid, as in ESPHome and sketches of Arduino',
    source: 'https://esphome.io/components/wifi/',
    revocation: 'https://esphome.io/components/wifi/',
    literals: [{ text: 'password', anyCase: true, beginsWord: true, gates: signOfSetting }],
    words: ['ssid'],
    after: passwordBehindName,
    accepts: isMixedValue,
    around: isBesideName,
    draws: (draw) => `${draw(base62, 12)}-7aZ`,
    sample: (password) => `wifi:\n  ssid: Home\n  password: ${password}\n`,
    cases(draw) {
      const password = () => `${draw(base62, 12)}-7aZ`;
      return {
        ok: [
          `wifi:\n  networks:\n    - ssid: "Home"\n      password: "${password()}"\n`,
          `{\n  "password": "${password()}",\n  "ssid": "Home"\n}\n`,
          `const char* ssid = "Home";\nconst char* password = "${password()}";\n`,
        ],
        ng: [
          'wifi:\n  ssid: !secret wifi_ssid\n  password: !secret wifi_Password1\n',
          'wifi:\n  ssid: Home\n  password: your-Password1\n',
          `wifi:\n  ssid: Home\n\nlogin:\n  password: ${password()}\n`,
        ],
      };
    },
  }),
  inFile({
    ...told,
    id: 'wpa-passphrase',
    name: 'Passphrase or key of a wireless network',
    format: 'psk, as wpa_supplicant and NetworkManager have it, or wpa_passphrase of hostapd: 8 to 63 characters, or 64 hexadecimal digits',
    source: 'https://manpages.ubuntu.com/manpages/noble/man8/wpa_passphrase.8.html',
    revocation: 'https://manpages.ubuntu.com/manpages/noble/man8/wpa_passphrase.8.html',
    literals: [
      { text: 'psk=', beginsWord: true },
      { text: 'wpa_passphrase=', beginsWord: true },
    ],
    after: /["']?([^\s"'$=]{8,64})(?=["']?[ \t]{0,8}(?:[\r\n]|$))/y,
    accepts: (value, before) =>
      /^[0-9a-f]{64}$/.test(value) ? isVaried(value, 12) && !value.startsWith(keyOfExample) : isMixedValue(value, before),
    draws: (draw) => `${draw(base62, 12)}-7aZ`,
    sample: (password) => `network={\n  ssid="Home"\n  psk="${password}"\n}\n`,
    cases: (draw) => ({
      ok: [
        `[wifi-security]\nkey-mgmt=wpa-psk\npsk=${draw(base62, 12)}-7aZ\n`,
        `network={\n\tssid="Home"\n\tpsk=${draw('0123456789abcdef', 64)}\n}\n`,
        `wpa=2\nwpa_passphrase=${draw(base62, 12)}-7aZ\n`,
      ],
      ng: [
        `psk="very secret passphrase"\n`,
        `psk=${keyOfExample}${'0'.repeat(56)}\n`,
        'wpa_passphrase=$PASSPHRASE1a\n',
        'psk=args.networkPsk1\n',
      ],
    }),
  }),
  inFile({
    id: 'esphome-api-key',
    name: 'Encryption key of an ESPHome device',
    risk: 'In its network it reads what the device measures, and steers it.',
    format: 'key below encryption: 32 bytes in base64',
    source: 'https://github.com/jwillikers/esphome-config',
    severity: 'warning',
    revocation: 'https://esphome.io/guides/security_best_practices',
    literals: [{ text: 'encryption:', beginsWord: true, gates: [{ set: setOf(base64), length: 43, within: 60 }] }],
    after: /[ \t]{0,4}\r?\n[ \t]{1,40}key:[ \t]{1,4}["']?([A-Za-z0-9+/]{43}=)(?![\w+/=])/y,
    accepts: (key) => isMixed(key) && isVaried(key, 15),
    draws: (draw) => `${draw(base64, 40)}a7Z=`,
    sample: (key) => `api:\n  encryption:\n    key: "${key}"\n`,
    cases: (draw) => ({
      ok: [],
      ng: [
        `encryption:\n  key: "${'A'.repeat(43)}="\n`,
        `encryption:\nkey: "${draw(base64, 40)}a7Z="\n`,
        'encryption:\n  key: !secret api_key\n',
      ],
    }),
  }),
];

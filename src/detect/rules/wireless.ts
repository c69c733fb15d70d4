// Keys of wireless networks, and of devices in them.
import { markAfter, setOf } from '../engine/matcher.ts';
import { isMixed, isVaried } from '../randomness.ts';
import { wholeLines } from '../text.ts';
import { inFile } from './in-file.ts';
import { isMixedValue, passwordBehindName, signBehindName } from './password.ts';
import { base62, base64, type Checked, type Match, printable, type Rule } from './rule.ts';

const told = {
  risk: 'Joins the wireless network, and reaches what everybody in it may reach.',
  severity: 'warning',
  isChosen: true,
  commonInTests: true,
} as const;

/** The line of the name ends soon. */
const restOfLine = markAfter('\n', `${printable} \t\r`, 90);
const longestBlock = 600;
const endOfBlock = { ofYaml: /\n(?=[^\s#])/, ofProgram: /\n[ \t]*\r?\n/ };
const passwordOnLine =
  /\n[ \t]{0,40}(?:-[ \t]{1,4})?(?:(?:static |const |char[ *]{1,3}){1,3})?["']?pass(?:word)?(?:\[\w{0,8}\])?["']?([ \t]{0,24}[:=][ \t]{0,24}["']?)([^\s"'$#]{8,64})(?=["']?[,;]?[ \t]{0,8}(?:\r?\n|$))/g;

/** The passwords behind the name of a network: in the block of YAML that `wifi:` begins, or up to an empty line. No more than that is read. */
function checkNetwork(text: string, _start: number, end: number): Checked {
  const isYaml = text[end - 1] === ':';
  const lines = wholeLines(text, end, end + longestBlock);
  const block = lines.slice(0, (isYaml ? endOfBlock.ofYaml : endOfBlock.ofProgram).exec(lines)?.index);
  if (!block.includes('pass')) return { next: end + block.length };
  const [match, ...more] = [...block.matchAll(passwordOnLine)].flatMap(({ 0: line, 1: before, 2: value, index }): Match[] => {
    const stop = end + index + line.length;
    return isMixedValue(value!, before!) ? [{ start: stop - value!.length, end: stop }] : [];
  });
  return { match, more, next: end + block.length };
}

/** In the example of wpa_supplicant’s own configuration. */
const keyOfExample = '06b4be19';

/** Does each byte follow the one before it, as where a hand wrote them? */
const counts = (key: string): boolean => Buffer.from(key, 'hex').every((byte, at, bytes) => at === 0 || byte === bytes[at - 1]! + 1);

export const wirelessRules = (): readonly Rule[] => [
  {
    ...told,
    id: 'wifi-password',
    name: 'Password of a wireless network',
    format: 'password below wifi in YAML, as ESPHome has it, or behind ssid in JSON and sketches of Arduino',
    source: 'https://esphome.io/components/wifi/',
    revocation: 'https://esphome.io/components/wifi/',
    literals: [
      { text: 'wifi:', beginsWord: true, gates: [markAfter('\n', ' \t\r', 4)] },
      ...['"ssid"', 'char* ssid', 'char *ssid', 'char ssid['].map((text) => ({ text, gates: [restOfLine] })),
    ],
    check: checkNetwork,
    cases(draw) {
      const password = () => `${draw(base62, 12)}-7aZ`;
      return {
        ok: [
          `wifi:\n  ssid: Home\n  password: ${password()}\n`,
          `wifi:\n  networks:\n    - ssid: "Home"\n      password: "${password()}"\n\n  fast_connect: true\n`,
          `{\n  "ssid": "Home",\n  "password": "${password()}"\n}\n`,
          `const char* ssid = "Home";\nconst char* password = "${password()}";\n`,
          `char ssid[] = "Home";\nchar pass[] = "${password()}";\n`,
        ],
        ng: [
          'wifi:\n  ssid: !secret wifi_ssid\n  password: !secret wifi_Password1\n',
          'wifi:\n  ssid: Home\n  password: your-Password1\n',
          `wifi:\n  ssid: Home\nlogin:\n  password: ${password()}\n`,
          `const char* ssid = "Home";\n\nchar* password = "${password()}";\n`,
        ],
      };
    },
  },
  inFile({
    ...told,
    id: 'wifi-password-by-name',
    name: 'Password of a wireless network, by its name',
    format:
      'a password behind wifi_password or WIFI_PASS, in quotes, or at the end of a line, as in the secrets of ESPHome and in firmware',
    source: 'https://esphome.io/components/wifi/',
    revocation: 'https://esphome.io/components/wifi/',
    literals: ['wifi_password', 'wifi_pass'].map((text) => ({ text, anyCase: true, gates: signBehindName })),
    after: passwordBehindName,
    accepts: isMixedValue,
    draws: (draw) => `${draw(base62, 12)}-7aZ`,
    sample: (password) => `wifi_ssid: "Home"\nwifi_password: "${password}"\n`,
    cases: (draw) => ({
      ok: [`#define WIFI_PASSWORD "${draw(base62, 12)}-7aZ"\n`, `CONFIG_ESP_WIFI_PASSWORD="${draw(base62, 12)}-7aZ"\n`],
      ng: [
        '  password: !secret wifi_password1\n',
        '#define WIFI_PASS "YourPassword123"\n',
        'WIFI_PASSWORD = os.getenv("WIFI_PASSWORD1")\n',
      ],
    }),
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
      /^[0-9a-f]{64}$/.test(value) ? isVaried(value, 12) && !counts(value) && !value.startsWith(keyOfExample) : isMixedValue(value, before),
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
        `psk=${Buffer.from([...Array(32).keys()]).toString('hex')}\n`,
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
  inFile({
    ...told,
    id: 'esphome-update-password',
    name: 'Password for updates of an ESPHome device',
    risk: 'In its network it puts another program on the device.',
    format: 'password below ota:, mostly 32 hexadecimal digits (of the page: any text; what they mostly are is observed)',
    source: 'https://esphome.io/components/ota/esphome/',
    revocation: 'https://esphome.io/components/ota/esphome/',
    literals: [{ text: 'ota:', beginsWord: true, gates: [markAfter('\n', ' \t\r', 4)] }],
    after:
      /[ \t]{0,4}\r?\n(?:[ \t]{1,40}(?:-[ \t]{1,4})?(?:platform|id|port|version|safe_mode):[^\r\n]{0,60}\r?\n){0,3}[ \t]{1,40}(?:-[ \t]{1,4})?password:[ \t]{1,4}["']?([^\s"'$!]{8,64})(?=["']?[ \t]{0,8}(?:#[^\r\n]{0,120})?(?:[\r\n]|$))/y,
    accepts: (value, before) => (/^[0-9a-f]{32}$/.test(value) ? isVaried(value, 8) : isMixedValue(value, before)),
    draws: (draw) => draw('0123456789abcdef', 32),
    sample: (password) => `ota:\n  - platform: esphome\n    password: "${password}"\n`,
    cases: (draw) => ({
      ok: [`ota:\n  safe_mode: true\n  password: ${draw(base62, 12)}-7aZ # of the device\n`],
      ng: [
        'ota:\n  - platform: esphome\n    password: !secret ota_Password1\n',
        'ota:\n  password: "your-ota-password1"\n',
        `ota:\n  password: "${'0'.repeat(32)}"\n`,
        `ota:\npassword: ${draw(base62, 12)}-7aZ\n`,
      ],
    }),
  }),
];

// What frameworks of the web sign and encrypt with.
import { isMixed, isPlaceholder, isVaried } from '../randomness.ts';
import { assigned } from './assigned.ts';
import { inFile } from './in-file.ts';
import { base64, type Rule } from './rule.ts';
import { lowerHex, some } from './shape.ts';

const hex = '0123456789abcdef';
const ofDevelopment = /(?:^|\n)(?:development|test|dev):[^\n]{0,80}\n(?:[ \t]{1,20}[^\n]{0,200}\n){0,10}[ \t]{0,20}$/;

export const frameworkRules = (): readonly Rule[] => [
  inFile({
    id: 'laravel-app-key',
    name: 'Application key of Laravel',
    risk: 'Reads and forges what the application encrypts and signs: its cookies and sessions, and with them often runs programs on its server.',
    format: 'base64: and 32 or 16 bytes in base 64, behind APP_KEY',
    source:
      'https://github.com/laravel/framework/blob/04f4ff1e0cf8e6898cfe792350ee86334cb31e58/src/Illuminate/Foundation/Console/KeyGenerateCommand.php',
    severity: 'error',
    revocation: 'https://laravel.com/docs/encryption#gracefully-rotating-encryption-keys',
    commonInTests: true,
    literals: ['APP_KEY'],
    after: /["']?\]?[ \t]{0,4}(?:=>|[:=,])[ \t]{0,4}["']?(base64:(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{22}==))(?![\w+/=])/y,
    accepts: (key) => isMixed(key) && isVaried(key, 11, 'base64:'.length) && !isPlaceholder(key),
    draws: (draw) => `base64:${draw(base64, 40)}a7Z=`,
    sample: (key) => `APP_ENV=production\nAPP_KEY=${key}\nAPP_DEBUG=false\n`,
    cases: (draw) => ({
      ok: [`'key' => env('APP_KEY', 'base64:${draw(base64, 40)}a7Z='),`, `APP_KEY: base64:${draw(base64, 19)}a7Z==\n`],
      ng: [`APP_KEY=base64:${'A'.repeat(43)}=`, `APP_KEY=base64:${draw(base64, 39)}a7Z=`, `APP_KEY=base64:${draw(base64, 40)}a7Z=A`],
    }),
  }),
  inFile({
    id: 'rails-secret-key-base',
    name: 'Secret key base of Rails',
    risk: 'Reads and forges what the application encrypts and signs: its cookies and sessions, and with them often runs programs on its server.',
    format: '128 hexadecimal digits behind secret_key_base or secret_token, and not among the settings of development or tests',
    source: 'https://rubydoc.info/github/rails/rails/Rails/Command/SecretCommand:perform',
    severity: 'error',
    revocation: 'https://guides.rubyonrails.org/security.html#rotating-encrypted-and-signed-cookies-configurations',
    commonInTests: true,
    literals: ['secret_key_base', 'SECRET_KEY_BASE', 'secret_token'],
    after: /["']?\]?[ \t]{0,4}(?:=>|[:=])[ \t]{0,4}["']?([0-9a-f]{128})(?![0-9A-Za-z])/y,
    before: { test: (text) => !ofDevelopment.test(text) },
    accepts: (key) => isVaried(key, 12) && !isPlaceholder(key),
    draws: (draw) => draw(hex, 128),
    sample: (key) => `production:\n  secret_key_base: ${key}\n`,
    cases: (draw) => ({
      ok: [
        `SECRET_KEY_BASE=${draw(hex, 128)} rails server`,
        `Shop::Application.config.secret_token = '${draw(hex, 128)}'`,
        `development:\n  secret_key_base: x\n\nproduction:\n  secret_key_base: ${draw(hex, 128)}\n`,
      ],
      ng: [
        `development:\n  secret_key_base: ${draw(hex, 128)}\n`,
        `test:\n  a: 1\n  secret_key_base: ${draw(hex, 128)}\n`,
        `secret_key_base: ${draw(hex, 64)}`,
        `secret_key_base: <%= ENV["SECRET_KEY_BASE"] %>\n`,
      ],
    }),
  }),
  assigned({
    id: 'rails-master-key',
    name: 'Master key of Rails',
    risk: 'Decrypts the application’s credentials, and with them often opens its database and its other services.',
    format: '32 hexadecimal digits: a key of AES-128',
    source:
      'https://github.com/rails/rails/blob/113d0dccd3c41689643179a3690214e3057f7dc9/activesupport/lib/active_support/encrypted_file.rb',
    severity: 'error',
    revocation: 'https://guides.rubyonrails.org/security.html#custom-credentials',
    near: ['rails'],
    shapes: [[some(lowerHex, 32)]],
    named: /master_?key/,
    example: 'master_key',
    cases: (draw) => ({
      ok: [`docker run -e RAILS_MASTER_KEY=${draw(hex, 32)} shop`],
      ng: [`RAILS_MASTER_KEY=$(cat config/master.key)\n`, `RAILS_ASSET_KEY=${draw(hex, 32)}\n`],
    }),
  }),
];

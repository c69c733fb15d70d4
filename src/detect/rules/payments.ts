import { assigned } from './assigned.ts';
import { alsoInBase64 } from './encoded.ts';
import { crcInBase62 } from './github.ts';
import { base62, type Rule } from './rule.ts';
import { alphanumeric, base64Url, lowerAlphanumeric, lowerHex, some } from './shape.ts';
import { betterLeaks, postHogPatterns, truffleHog } from './sources.ts';
import { token } from './token.ts';

const stripeKeys = 'https://docs.stripe.com/keys';
const squareKeys = 'https://developer.squareup.com/docs/build-basics/access-tokens';

export const paymentRules = (): readonly Rule[] => [
  alsoInBase64(
    token({
      id: 'stripe-secret-key',
      name: 'Stripe secret key',
      risk: 'Charges, refunds and pays out in the account’s name, and reads its customers, within a restricted key’s rights, until it is rolled.',
      format: 'sk_live_ or rk_live_, and 24 to 99 letters and digits (16 in old ones)',
      source: postHogPatterns,
      severity: 'error',
      revocation: stripeKeys,
      shapes: [
        ['sk_live_', some(alphanumeric, 15, 255)],
        ['rk_live_', some(alphanumeric, 15, 255)],
        ['sk_prod_', some(alphanumeric, 15, 255)],
        ['rk_prod_', some(alphanumeric, 15, 255)],
        ['sk_org_live_', some(alphanumeric, 15, 255)],
      ],
    }),
    'sk_live_',
    'rk_live_',
  ),
  token({
    id: 'stripe-test-key',
    name: 'Stripe test key',
    risk: 'Reads and changes the account’s test data; no money moves.',
    source: postHogPatterns,
    severity: 'information',
    revocation: stripeKeys,
    shapes: [
      ['sk_test_', some(alphanumeric, 15, 255)],
      ['rk_test_', some(alphanumeric, 15, 255)],
    ],
  }),
  token({
    id: 'stripe-webhook-secret',
    name: 'Stripe webhook secret',
    risk: 'Signs made-up events, such as payments that never were, which the receiver then believes.',
    format: 'whsec_ and 32 to 64 letters and digits (of the package, dist/chunks: 20 and more)',
    source: 'https://www.npmjs.com/package/vercel/v/64.0.2',
    severity: 'error',
    revocation: 'https://docs.stripe.com/webhooks',
    shapes: [['whsec_', some(alphanumeric, 32, 64)]],
  }),
  token({
    id: 'square-token',
    name: 'Square access token or secret',
    risk: 'Reads and takes payments in the seller’s name, until it is replaced.',
    format:
      'sq0csp- (secret of an application) and 43 characters (of the package, api/resources/oAuth/client/Client.d.ts), or sq0atp- and 22, or EAAA and 60, which are observed',
    source: 'https://www.npmjs.com/package/square/v/46.0.0',
    severity: 'error',
    revocation: squareKeys,
    shapes: [
      ['EAAA', some(base64Url, 60)],
      ['sq0atp-', some(base64Url, 22)],
      ['sq0csp-', some(base64Url, 43)],
    ],
  }),
  assigned({
    id: 'paypal-client-secret',
    name: 'PayPal client secret',
    risk: 'With its client ID it takes, refunds and pays out money in the merchant’s name, until it is disabled.',
    format: '78 to 120 letters, digits, underscores, hyphens and full stops; the E in front, and those of 64, as observed',
    source: betterLeaks('paypal'),
    severity: 'error',
    revocation: 'https://developer.paypal.com/dashboard/applications/live',
    near: ['paypal'],
    acrossLines: true,
    within: 240, // its client ID, as long, stands before it
    shapes: [
      ['E', some(base64Url, 79)],
      ['E', some(base64Url, 63)],
    ],
    named: /secret|token/,
    behindId: /\bA?[\w-]{60,79}["'],\s{0,8}["']$/,
    example: 'client_secret',
    cases: (draw) => ({
      ok: [
        `new PayPalEnvironment.Live("A${draw(base62, 79)}", "E${draw(base62, 79)}")`,
        `paypalrestsdk.configure({\n    "mode": "live",\n    "client_id": "A${draw(base62, 79)}",\n    "client_secret": "E${draw(base62, 79)}"\n})`,
      ],
      ng: [],
    }),
  }),
  token({
    id: 'paypal-braintree-token',
    name: 'Braintree access token',
    risk: 'Takes and refunds payments in the merchant’s name, until it is revoked.',
    format:
      'access_token, the environment (production), the merchant and a secret, joined by $ (of the package, lib/braintree/credentials_parser.js; 16 and 32 characters are observed)',
    source: 'https://www.npmjs.com/package/braintree/v/3.40.0',
    severity: 'error',
    revocation: 'https://developer.paypal.com/braintree/docs/',
    shapes: [['access_token$production$', some('0-9a-z', 16), '$', some(lowerHex, 32)]],
  }),
  assigned({
    id: 'braintree-private-key',
    name: 'Braintree private key',
    risk: 'With its public key it takes and refunds payments in the merchant’s name, until it is revoked.',
    source: truffleHog('braintreepayments'),
    severity: 'error',
    revocation: 'https://developer.paypal.com/braintree/articles/control-panel/important-gateway-credentials',
    near: ['braintree', 'bt_'],
    acrossLines: true,
    shapes: [[some(lowerHex, 32)]],
    named: /privatekey/,
    example: 'private_key',
  }),
  token({
    id: 'paddle-key',
    name: 'Paddle API key',
    risk: 'Reads and changes the account’s customers, subscriptions and payments, within the key’s permissions, until it expires or is revoked.',
    source: 'https://developer.paddle.com/api-reference/about/authentication/',
    severity: 'error',
    revocation: 'https://developer.paddle.com/api-reference/about/api-keys',
    shapes: [['pdl_live_apikey_', some(lowerAlphanumeric, 26), '_', some(alphanumeric, 22), '_', some(alphanumeric, 3)]],
  }),
  token({
    id: 'polar-token',
    name: 'Polar access token',
    risk: 'Reads and changes the organisation’s products, customers and orders, within the token’s scopes, until it is deleted.',
    format: 'polar_oat_ (organisation) or polar_pat_ (personal), 37 letters and digits, and their CRC32 in base 62',
    source: 'https://github.com/polarsource/polar/blob/main/server/polar/kit/crypto.py',
    severity: 'error',
    revocation: 'https://polar.sh/docs/integrate/oat',
    shapes: [
      ['polar_oat_', some(alphanumeric, 43)],
      ['polar_pat_', some(alphanumeric, 43)],
    ],
    verify: (value) => crcInBase62(value.slice(10, 47)) === value.slice(47),
    sample(draw) {
      const random = draw(base62, 37);
      return `polar_oat_${random}${crcInBase62(random)}`;
    },
  }),
];

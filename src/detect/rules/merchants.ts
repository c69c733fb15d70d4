// Payment services beside the large ones, and what shops run on.
import { setOf } from '../engine/matcher.ts';
import { isMixed, isVaried } from '../randomness.ts';
import { assigned } from './assigned.ts';
import { base62, base64, type Checked, type Draw, type Rule } from './rule.ts';
import { alphanumeric, base64Characters, base64Url, digits, holding, lowerHex, some, uuid, wordCharacters } from './shape.ts';
import { betterLeaks, datadogPatterns, truffleHog } from './sources.ts';
import { token } from './token.ts';

const takesPayments = 'Takes, refunds and reads payments in the merchant’s name, until it is replaced.';
const testData = 'Reads and changes the account’s test data; no money moves.';
const flutterwave = 'https://developer.flutterwave.com/docs/authentication';

const keyOfAdyen =
  /AQ[EF][A-Za-z0-9+/]hm[A-Za-z0-9+/]{80,130}={0,2}-[A-Za-z0-9+/]{43}=-(?:i1i)?[\w!#$%&()*+,./:;<=>?@[\]^{|}~-]{16}(?!\w)/y;
const signsOfAdyen = `${base62}!#$%&()*+,./:;<=>?@[]^_{|}~`;
/** What stands behind the first four characters and before the last part. */
const sampleOfAdyen = (draw: Draw): string => `hm${draw(base64, 93)}=-${draw(base64, 43)}=`;

function checkAdyen(text: string, start: number): Checked | undefined {
  keyOfAdyen.lastIndex = start;
  const key = keyOfAdyen.exec(text)?.[0];
  if (key === undefined) return undefined;
  const end = start + key.length;
  return isVaried(key, 30) ? { match: { start, end }, next: end } : { next: end };
}

export const merchantRules = (): readonly Rule[] => [
  token({
    id: 'flutterwave-secret-key',
    name: 'Flutterwave secret key',
    risk: takesPayments,
    format:
      'FLWSECK- (of the package, lib/security.js), 32 hexadecimal digits and -X, of late 11 more and vt before that, which is observed',
    source: 'https://www.npmjs.com/package/flutterwave-node-v3/v/1.4.1',
    severity: 'error',
    revocation: flutterwave,
    shapes: [
      ['FLWSECK-', some(lowerHex, 32), '-X'],
      ['FLWSECK-', some(lowerHex, 32), '-', some(lowerHex, 11), 'vt-X'],
    ],
  }),
  token({
    id: 'flutterwave-test-key',
    name: 'Flutterwave test key',
    risk: testData,
    format:
      'FLWSECK_TEST-, then -X at its end (of the package, test/rave.telemetry.test.js), 32 hexadecimal digits between, which is observed',
    source: 'https://www.npmjs.com/package/flutterwave-node-v3/v/1.4.1',
    severity: 'information',
    revocation: flutterwave,
    shapes: [['FLWSECK_TEST-', some(lowerHex, 32), '-X']],
  }),
  token({
    id: 'mercado-pago-token',
    name: 'Mercado Pago access token',
    risk: takesPayments,
    format:
      'APP_USR- (of the package, dist/types.d.ts), 14 to 16 digits, a date, 32 hexadecimal digits and the user’s number, joined by hyphens, which is observed',
    source: 'https://www.npmjs.com/package/mercadopago/v/3.6.1',
    severity: 'error',
    revocation: 'https://www.mercadopago.com.br/developers/en/docs/your-integrations/credentials',
    shapes: [['APP_USR-', some(digits, 14, 16), '-', some(digits, 6), '-', some(lowerHex, 32), '-', some(digits, 6, 10)]],
  }),
  assigned({
    id: 'paystack-secret-key',
    name: 'Paystack secret key',
    risk: takesPayments,
    format: 'sk_live_ (of the package, its description: sk_test_) and 40 hexadecimal digits, which is observed',
    source: 'https://www.npmjs.com/package/@paystack/paystack-sdk/v/1.2.1',
    severity: 'error',
    revocation: 'https://paystack.com/docs/api/authentication/',
    near: ['paystack'],
    shapes: [['sk_live_', some(lowerHex, 40)]],
    example: 'secret_key',
  }),
  assigned({
    id: 'razorpay-key-secret',
    name: 'Razorpay key secret',
    risk: takesPayments,
    source: betterLeaks('razorpay'),
    severity: 'error',
    revocation: 'https://dashboard.razorpay.com/#/app/keys',
    near: ['razorpay', 'rzp_'],
    acrossLines: true,
    shapes: [[some(alphanumeric, 24)]],
    named: /secret/,
    example: 'key_secret',
    verify: isMixed,
    sample: (draw) => `${draw('abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ2346789', 21)}7Kx`,
  }),
  token({
    id: 'plaid-token',
    name: 'Plaid access token',
    risk: 'With the client’s secret it reads the accounts, balances and transactions of a person’s bank, until it is removed.',
    source: datadogPatterns,
    severity: 'error',
    revocation: 'https://plaid.com/docs/api/items/#itemaccess_tokeninvalidate',
    shapes: ['production', 'development', 'sandbox'].map((where) => [`access-${where}-`, ...uuid]),
  }),
  assigned({
    id: 'plaid-secret',
    name: 'Plaid secret',
    risk: 'With the client ID and access tokens it reads people’s bank accounts, until it is rotated.',
    format: '30 letters and digits; that they are hexadecimal is observed',
    source: datadogPatterns,
    severity: 'error',
    revocation: 'https://dashboard.plaid.com/developers/keys',
    near: ['plaid'],
    acrossLines: true,
    shapes: [[some(lowerHex, 30)]],
    named: /secret|plaid.*(?:key|token)/,
    example: 'secret',
  }),
  assigned({
    id: 'gocardless-token',
    name: 'GoCardless access token',
    risk: takesPayments,
    source: datadogPatterns,
    severity: 'error',
    revocation: 'https://manage.gocardless.com/developers/access-tokens',
    near: ['gocardless'],
    shapes: [['live_', some(base64Url, 40)]],
    example: 'access_token',
  }),
  token({
    id: 'mollie-key',
    name: 'Mollie API key',
    risk: takesPayments,
    format: 'live_ and 30 letters and digits (of the client: 30 or more, underscores too)',
    source: 'https://github.com/mollie/mollie-api-php/blob/v2.79.0/src/MollieApiClient.php',
    severity: 'error',
    revocation: 'https://help.mollie.com/hc/en-us/articles/115000328205',
    shapes: [['live_', some(alphanumeric, 30)]],
    verify: isMixed,
    sample: (draw) => `live_${draw(base62, 27)}7Kx`,
  }),
  token({
    id: 'klarna-key',
    name: 'Klarna API key',
    risk: takesPayments,
    format: 'klarna_live_api_ (of the page) and 40 to 239 characters of base64, of which the last may be equals signs (observed)',
    source: 'https://docs.klarna.com/api-reference/authentication',
    severity: 'error',
    revocation: 'https://docs.klarna.com/resources/developer-tools/merchant-portal-guide/settings',
    shapes: [['klarna_live_api_', some(base64Characters, 40, 239), some('=', 0, 2)]],
  }),
  token({
    id: 'sumup-key',
    name: 'SumUp API key',
    risk: takesPayments,
    format: 'sup_sk_ and 32 to 34 letters and digits',
    source: 'observed',
    severity: 'error',
    revocation: 'https://developer.sumup.com/tools/authorization/api-keys',
    shapes: [['sup_sk_', some(alphanumeric, 32, 34)]],
  }),
  token({
    id: 'xendit-secret-key',
    name: 'Xendit secret key',
    risk: takesPayments,
    format: 'xnd_production_ and 50 to 70 letters and digits',
    source: 'observed',
    severity: 'error',
    revocation: 'https://docs.xendit.co/api-integration/api-keys',
    shapes: [['xnd_production_', some(alphanumeric, 50, 70)]],
  }),
  token({
    id: 'cashfree-secret-key',
    name: 'Cashfree secret key',
    risk: takesPayments,
    format: 'cfsk_ma_prod_, 32 hexadecimal digits, an underscore and 8 more',
    source: 'observed',
    severity: 'error',
    revocation: 'https://www.cashfree.com/docs/api-reference/authentication',
    shapes: [['cfsk_ma_prod_', some(lowerHex, 32), '_', some(lowerHex, 8)]],
  }),
  token({
    id: 'lob-key',
    name: 'Lob API key',
    risk: 'Sends letters and cheques at the account’s cost, and reads addresses, until it is replaced.',
    format: 'live_ and 35 hexadecimal digits (an example of a test key, which begins with test_)',
    source: 'https://github.com/lob/lob-node/blob/01e13bba7c064de8a718fbf8f8718388c491339a/test/addresses.js',
    severity: 'error',
    revocation: 'https://help.lob.com/account-management/api-keys',
    shapes: [['live_', some(lowerHex, 35)]],
  }),
  token({
    id: 'mercury-token',
    name: 'Mercury API token',
    risk: 'Reads the company’s bank accounts, and sends money from them if it may write, until it is deleted.',
    format:
      'secret-token:mercury_production_, a kind, 45 letters and digits and _yrucrem (an example of the page; how many there may be is observed)',
    source: 'https://docs.mercury.com/reference/getting-started-with-your-api',
    severity: 'error',
    revocation: 'https://docs.mercury.com/docs/api-token-security-policies',
    shapes: [['secret-token:mercury_production_', some(wordCharacters, 30, 80), '_yrucrem']],
  }),
  token({
    id: 'woocommerce-consumer-secret',
    name: 'WooCommerce consumer secret',
    risk: 'With its consumer key it reads and changes the shop’s orders, customers and products, until it is revoked.',
    format: 'cs_ and a hash, which is of 40 hexadecimal digits (observed)',
    source: 'https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-auth.php',
    severity: 'error',
    revocation: 'https://woocommerce.com/document/woocommerce-rest-api/',
    shapes: [['cs_', some(lowerHex, 40)]],
  }),
  token({
    id: 'ramp-client-secret',
    name: 'Ramp client secret',
    risk: 'With its client ID it reads and changes the company’s cards, bills and payments, within its scopes, until it is replaced.',
    source: truffleHog('ramp'),
    severity: 'error',
    revocation: 'https://docs.ramp.com/developer-api/v1/authorization',
    shapes: [['ramp_sec_', some(alphanumeric, 48)]],
  }),
  token({
    id: 'midtrans-server-key',
    name: 'Midtrans server key',
    risk: takesPayments,
    format: 'Mid-server- and 16 to 32 characters of A-Za-z0-9_- (of the package, tests/config.py: one for tests, SB-Mid-server- and 24)',
    source: 'https://pypi.org/project/midtransclient/1.4.2/',
    severity: 'error',
    revocation: 'https://docs.midtrans.com/docs/midtrans-account',
    shapes: [['Mid-server-', some(base64Url, 16, 32)]],
  }),
  token({
    id: 'checkout-secret-key-legacy',
    name: 'Checkout.com secret key, older format',
    risk: takesPayments,
    format: 'sk_ and a UUID (of the package, dist/config.js)',
    source: 'https://www.npmjs.com/package/checkout-sdk-node/v/5.2.1',
    severity: 'error',
    revocation: 'https://www.checkout.com/docs/developer-resources/api/manage-api-keys',
    shapes: [['sk_', ...uuid]],
  }),
  assigned({
    id: 'checkout-secret-key',
    name: 'Checkout.com secret key',
    risk: takesPayments,
    format: 'sk_, 26 characters of a-z2-7 and one of a-z2-7*#$= (of the package, dist/config.js)',
    source: 'https://www.npmjs.com/package/checkout-sdk-node/v/5.2.1',
    severity: 'error',
    revocation: 'https://www.checkout.com/docs/developer-resources/api/manage-api-keys',
    near: ['checkout', 'cko'],
    shapes: [['sk_', some('a-z2-7', 26), some('a-z2-7*#$=', 1)]],
    named: /secret|key|token|authorization/,
    example: 'secret_key',
    verify: holding(some('2-7', 1)),
    sample: (draw) => `sk_${draw('abcdefghijklmnopqrstuvwxyz234567', 24)}7q*`,
  }),
  token({
    id: 'duffel-token',
    name: 'Duffel access token',
    risk: 'Books, changes and cancels flights and stays at the account’s cost, and reads its passengers, until it is deleted.',
    source: datadogPatterns,
    severity: 'error',
    revocation: 'https://duffel.com/docs/api/overview/authentication',
    shapes: [['duffel_live_', some(base64Url, 43)]],
  }),
  token({
    id: 'asaas-key',
    name: 'Asaas API key',
    risk: 'Moves the account’s money, charges its customers and reads their data, until it is deleted.',
    format: '$aact_prod_ (of the page) and base64; the length is observed',
    source: 'https://docs.asaas.com/changelog/novidade-novo-prefixo-de-identifica%C3%A7%C3%A3o-das-chaves-api',
    severity: 'error',
    revocation: 'https://docs.asaas.com/docs/api-keys',
    shapes: [['aact_prod_', some('A-Za-z0-9+/_-', 20, 250), some('=', 0, 2)]],
    verify: isMixed,
    sample: (draw) => `aact_prod_${draw(base62, 157)}7Kx`,
    cases: (draw) => ({
      ok: [`ASAAS_API_KEY='$aact_prod_000${draw(base62, 155)}7Kx=='\n`],
      ng: [`ASAAS_API_KEY='$aact_hmlg_000${draw(base62, 155)}7Kx=='\n`],
    }),
  }),
  token({
    id: 'ebay-client-secret',
    name: 'eBay client secret',
    risk: 'With its client ID it lists, sells and reads orders for the people who authorised the application, until it is rotated.',
    format: 'PRD-, 12 hexadecimal digits, and four groups of 4 (an example of the page, with zeros in their place)',
    source: 'https://github.com/drummonds/py-ebay/blob/master/README.md',
    severity: 'error',
    revocation: 'https://developer.ebay.com/my/keys',
    shapes: [['PRD-', some(lowerHex, 12), ...Array.from({ length: 4 }, () => ['-', some(lowerHex, 4)]).flat()]],
  }),
  token({
    id: 'onfido-token',
    name: 'Onfido API token',
    risk: 'Reads the identity documents and checks of the people who were verified, until it is revoked.',
    format: 'api_live, for some a region, a full stop and 20 to 80 letters, digits, underscores and hyphens; the exact lengths as observed',
    source: betterLeaks('onfido'),
    severity: 'error',
    revocation: 'https://documentation.identity.entrust.com/api/latest/',
    shapes: ['', '_us', '_ca', '_eu'].flatMap((region) => [
      [`api_live${region}.`, some(base64Url, 11), '.', some(base64Url, 32)],
      [`api_live${region}.`, some(base64Url, 32)],
    ]),
  }),
  {
    id: 'adyen-key',
    name: 'Adyen API key',
    risk: 'Takes, refunds and reads payments in the merchant’s name, or those of its test account, until a new one was made for the credential.',
    format: 'AQE or AQF, then base64, 32 bytes in base64, and 16 letters, digits and signs, or i1i and 16, joined by hyphens',
    source: 'observed',
    severity: 'error',
    revocation: 'https://docs.adyen.com/development-resources/api-credentials',
    literals: ['AQE', 'AQF'].map((text) => ({ text, beginsWord: true, gates: [{ set: setOf(base64), length: 83, within: 0 }] })),
    check: checkAdyen,
    cases(draw) {
      const key = () => `AQEy${sampleOfAdyen(draw)}-${draw(signsOfAdyen, 16)}`;
      return {
        ok: [
          `curl -H "X-API-Key: ${key()}" https://checkout-test.adyen.com/v71/payments`,
          `ADYEN_API_KEY=AQFA${sampleOfAdyen(draw)}-i1i${draw(base62, 16)}\n`,
          `config.apiKey = '${key()}';`,
        ],
        ng: [`apiKey = "AQEy${sampleOfAdyen(draw)}-your-key"`, `apiKey = "xAQEy${sampleOfAdyen(draw)}-${draw(base62, 16)}"`],
      };
    },
  },
];

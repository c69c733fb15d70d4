// Large clouds beside the three largest: Alibaba, Tencent, Huawei, IBM, Oracle.
import { isMixed, isMixedAndVaried, isPlaceholder } from '../randomness.ts';
import { assigned } from './assigned.ts';
import { inFile } from './in-file.ts';
import { isLikelyPassword } from './password.ts';
import { base62, type Draw, type Rule } from './rule.ts';
import { alphanumeric, base64Characters, base64Url, digits, holding, lowerAlphanumeric, lowerHex, some } from './shape.ts';
import { datadogPatterns, scalibr } from './sources.ts';
import { token } from './token.ts';

const alibabaKeys = 'https://www.alibabacloud.com/help/en/ram/user-guide/create-an-accesskey-pair';
const tencentKeys = 'https://www.tencentcloud.com/document/product/598/34228';
const volcengineKeys = 'https://www.volcengine.com/docs/6291/65568';
const huaweiKeys = 'https://support.huaweicloud.com/intl/en-us/usermanual-ca/ca_01_0003.html';

const hex = '0123456789abcdef';
/** Does base64 say 32 hexadecimal digits, and nothing else? */
const isHexIn = (text: string): boolean => text.length === 43 && /^[0-9a-f]{32}$/.test(Buffer.from(text, 'base64').toString('latin1'));
const sampleVolcengineSecret = (draw: Draw): string =>
  Buffer.from(Buffer.from(draw(hex, 32)).toString('base64').slice(0, 43)).toString('base64');

const besideKey = /"iam_(?:apikey_\w{1,20}|serviceid_crn)"|"createdAt"/;

export const cloudRules = (): readonly Rule[] => [
  token({
    id: 'alibaba-access-key-id',
    name: 'Alibaba Cloud AccessKey ID',
    risk: 'Names a key that somebody can use who also has its secret: a reason to look for where the secret stands.',
    format: 'LTAI and 20 letters and digits, 12 and more in old ones, which is observed',
    source: datadogPatterns,
    severity: 'information',
    revocation: alibabaKeys,
    shapes: [['LTAI', some(alphanumeric, 12, 20)]],
  }),
  assigned({
    id: 'alibaba-access-key-secret',
    name: 'Alibaba Cloud AccessKey secret',
    risk: 'With its ID it acts as the RAM user or, worse, as the account itself, until the key is disabled.',
    source: scalibr('alibabacloudaccesskey'),
    severity: 'error',
    revocation: alibabaKeys,
    partners: ['alibaba-access-key-id'],
    near: ['alibaba', 'aliyun', 'alicloud', 'oss_', 'oss-', 'oss.', 'ossaccess', 'osssecret', 'oss2.auth', 'ltai'],
    acrossLines: true,
    shapes: [[some(alphanumeric, 30)]],
    named: /secret|token/,
    // Old IDs have 16 characters and do not begin with LTAI.
    behindId: /["']LTAI[A-Za-z0-9]{12,20}["'],\s{0,40}["']$|\boss2\.Auth\(["'][A-Za-z0-9]{16}["'],\s{0,40}["']$/,
    example: 'access_key_secret',
    verify: isMixedAndVaried,
    sample: (draw) => `${draw(base62, 27)}aZ5`,
    cases: (draw) => ({
      ok: [
        `DefaultProfile.getProfile("cn-hangzhou", "LTAI${draw(base62, 20)}", "${draw(base62, 27)}aZ5")`,
        `oss2.Auth('${draw(base62, 16)}', '${draw(base62, 27)}aZ5')`,
      ],
      ng: [`upload("LTAI${draw(base62, 20)}", name, "${draw(base62, 27)}aZ5")`],
    }),
  }),
  token({
    id: 'alibaba-sts-access-key-id',
    name: 'Alibaba Cloud temporary AccessKey ID',
    risk: 'Part of temporary credentials: with its secret and token it acts as a RAM role until the session ends.',
    format: 'STS. and 20 to 26 letters and digits (an example of the page has 20)',
    source: 'https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole',
    severity: 'warning',
    revocation: 'https://www.alibabacloud.com/help/en/ram/support/faq-about-ram-roles-and-sts-tokens',
    temporary: true,
    shapes: [['STS.', some(alphanumeric, 20, 26)]],
  }),
  assigned({
    id: 'alibaba-sts-access-key-secret',
    name: 'Alibaba Cloud temporary AccessKey secret',
    risk: 'With its temporary ID and token it acts as a RAM role until the session ends.',
    format: '36 to 46 letters and digits (an example of the page has 40)',
    source: 'https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole',
    severity: 'warning',
    revocation: 'https://www.alibabacloud.com/help/en/ram/support/faq-about-ram-roles-and-sts-tokens',
    temporary: true,
    partners: ['alibaba-sts-access-key-id'],
    near: ['alibaba', 'aliyun', 'alicloud', 'sts.'],
    acrossLines: true,
    shapes: [[some(alphanumeric, 40, 46)], [some(alphanumeric, 36, 39)]],
    named: /secret/,
    example: 'sts_access_key_secret',
    verify: isMixedAndVaried,
    sample: (draw) => `${draw(base62, 41)}aZ5`,
    cases: (draw) => ({ ok: [], ng: [`aliyun:\n  access_key_secret: ${draw('GDdTkg439tER', 41)}aZ5\n`] }),
  }),
  assigned({
    id: 'alibaba-security-token',
    name: 'Alibaba Cloud security token',
    risk: 'With its temporary key it acts as a RAM role until the session ends.',
    format: 'CAIS or, in the page’s examples, CAES, and base64, 40 characters and more',
    source: 'https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole',
    severity: 'warning',
    revocation: 'https://www.alibabacloud.com/help/en/ram/support/faq-about-ram-roles-and-sts-tokens',
    temporary: true,
    near: ['alibaba', 'aliyun', 'alicloud', 'oss_', 'oss-', 'oss.', 'security_token', 'securitytoken', 'sts_token', 'ststoken'],
    shapes: ['CAIS', 'CAES'].map((prefix) => [prefix, some(base64Characters, 40, 2000), some('=', 0, 2)]),
    named: /token/,
    example: 'security_token',
  }),
  token({
    id: 'tencent-secret-id',
    name: 'Tencent Cloud SecretId',
    risk: 'Names a key that somebody can use who also has its SecretKey: a reason to look for where that stands.',
    format: 'AKID and 32 letters and digits (only AKID is documented, the rest is observed)',
    source: 'https://www.tencentcloud.com/document/product/214/4188',
    severity: 'information',
    revocation: tencentKeys,
    shapes: [['AKID', some(alphanumeric, 32)]],
  }),
  assigned({
    id: 'tencent-secret-key',
    name: 'Tencent Cloud SecretKey',
    risk: 'With its SecretId it acts as the user in the whole account, until the key is disabled.',
    format: '32 letters and digits (an example, its end masked)',
    source: 'https://github.com/TencentCloud/signature-process-demo/blob/main/cvm/signature-v3/python/demo.py',
    severity: 'error',
    revocation: tencentKeys,
    partners: ['tencent-secret-id'],
    near: ['tencent', 'qcloud', 'akid', 'cos_secret'],
    acrossLines: true,
    shapes: [[some(alphanumeric, 32)]],
    named: /secretkey$|secret$/,
    behindId: /["']AKID[A-Za-z0-9]{32}["'],\s{0,40}["']$/,
    example: 'secret_key',
    verify: isMixedAndVaried,
    sample: (draw) => `${draw(base62, 29)}aZ5`,
    cases: (draw) => ({ ok: [`credential.Credential("AKID${draw(base62, 32)}", "${draw(base62, 29)}aZ5")`], ng: [] }),
  }),
  token({
    id: 'volcengine-access-key-id',
    name: 'Volcengine access key ID',
    risk: 'Names a key that somebody can use who also has its secret: a reason to look for where the secret stands.',
    format: 'AKLT, and 32 hexadecimal digits in base64',
    source: 'observed',
    severity: 'information',
    revocation: volcengineKeys,
    shapes: [['AKLT', some(alphanumeric, 43)]],
    verify: (id) => isHexIn(id.slice('AKLT'.length)),
    sample: (draw) => `AKLT${Buffer.from(draw(hex, 32)).toString('base64').slice(0, 43)}`,
  }),
  assigned({
    id: 'volcengine-secret-access-key',
    name: 'Volcengine secret access key',
    risk: 'With its access key ID it acts as the user in the whole account, until the key is disabled.',
    format: '32 hexadecimal digits, twice in base64: 58 letters and digits and ==',
    source: 'observed',
    severity: 'error',
    revocation: volcengineKeys,
    partners: ['volcengine-access-key-id'],
    near: ['volc', 'aklt', 'byteplus'],
    acrossLines: true,
    shapes: [[some(alphanumeric, 58), '==']],
    behindId: /["']AKLT[A-Za-z0-9]{43}["'],\s{0,40}["']$/,
    example: 'secret_key',
    verify: (text, start, end) => isHexIn(Buffer.from(text.slice(start, end), 'base64').toString('latin1')),
    sample: sampleVolcengineSecret,
    cases: (draw) => {
      const id = `AKLT${Buffer.from(draw(hex, 32)).toString('base64').slice(0, 43)}`;
      return {
        ok: [
          `self.access_key = '${id}'\nself.secret_key = '${sampleVolcengineSecret(draw)}'\n`,
          `{ accessKeyId: "${id}", secretAccessKey: "${sampleVolcengineSecret(draw)}" }`,
          `sign("${id}", "${sampleVolcengineSecret(draw)}")`,
        ],
        ng: [`volc_secret_key = ${draw(base62, 58)}==`],
      };
    },
  }),
  assigned({
    id: 'huawei-secret-access-key',
    name: 'Huawei Cloud secret access key',
    risk: 'With its access key ID it acts as the IAM user in the whole account, until the key is disabled.',
    format: '40 letters and digits (an example)',
    source: 'https://huaweicloud.com/s/Jeeul-azleW8gOWPkeW5s-WPsCU/t_30_p_1/JUFQSeetvuWQjeaMh-WNlyU',
    severity: 'error',
    revocation: huaweiKeys,
    near: ['huawei', 'hwcloud', 'myhuaweicloud', 'hw_', 'hwsecret', 'obs_', 'obssecret', 'obsclient', 'withsk'],
    acrossLines: true,
    shapes: [[some(alphanumeric, 40)]],
    named: /secret|sk$|^sk/,
    behindId: /\bObsClient\(["'][A-Z0-9]{20}["'],\s{0,40}["']$/,
    example: 'secret_key',
    verify: isMixedAndVaried,
    sample: (draw) => `${draw(base62, 37)}aZ5`,
    cases: (draw) => ({
      ok: [
        `new ObsClient("${draw('ABCDEFGHIJKLMNOPQRSTUVWXYZ', 19)}7", "${draw(base62, 37)}aZ5", "https://obs.cn-north-4.myhuaweicloud.com")`,
        `new BasicCredentials().withAk(key).withSk("${draw(base62, 37)}aZ5")`,
        `ObsClient(access_key_id='${draw(base62, 20)}', secret_access_key='${draw(base62, 37)}aZ5', server=server)`,
        `obs = ObsClient(\n    access_key_id=id,\n    secret_access_key="${draw(base62, 37)}aZ5",\n    server=server)`,
      ],
      ng: [],
    }),
  }),
  assigned({
    id: 'qiniu-secret-key',
    name: 'Qiniu secret key',
    risk: 'With its access key it reads, changes and deletes the account’s files and signs uploads, until it is disabled.',
    format: '40 characters of A-Za-z0-9_-',
    source: 'observed',
    severity: 'error',
    revocation: 'https://portal.qiniu.com/user/key',
    near: ['qiniu'],
    acrossLines: true,
    shapes: [[some(base64Url, 40)]],
    named: /secret|sk$/,
    behindId: /\bAuth\(["'][A-Za-z0-9_-]{40}["'],\s{0,40}["']$/,
    example: 'secret_key',
    verify: isMixed,
    sample: (draw) => `${draw(base62, 37)}aZ5`,
    cases: (draw) => ({
      ok: [
        `qiniu.conf.ACCESS_KEY = '${draw(base62, 40)}';\nqiniu.conf.SECRET_KEY = '${draw(base62, 37)}aZ5';\n`,
        `q = qiniu.Auth('${draw(base62, 40)}', '${draw(base62, 37)}aZ5')`,
      ],
      ng: [`qiniu_bucket = '${draw(base62, 37)}aZ5'`],
    }),
  }),
  assigned({
    id: 'ibm-cloud-api-key',
    name: 'IBM Cloud API key',
    risk: 'Acts as the user or service ID in the whole account, until the key is deleted.',
    format: '44 characters that need no encoding in an address (of the package, iam-identity/v1.d.ts; how many is observed)',
    source: 'https://www.npmjs.com/package/@ibm-cloud/platform-services/v/0.83.1',
    severity: 'error',
    revocation: 'https://cloud.ibm.com/docs/account?topic=account-manapikey',
    near: ['ibm', 'bluemix', 'watson', 'ic_api_key', 'iam_api_key', 'iam_apikey', 'iamauthenticator'],
    shapes: [[some(base64Url, 44)]],
    named: /key|token|secret|pass|pwd/,
    behindId: /I(?:AM|am)Authenticator\(["']$/,
    cases: (draw) => ({
      ok: [
        `authenticator = IAMAuthenticator('${draw(base62, 44)}')`,
        `ASSISTANT_IAM_APIKEY=${draw(base62, 44)}`,
        `ibm-cloud-pwd: ${draw(base62, 44)}`,
      ],
      ng: [`ASSISTANT_APIKEY=${draw(base62, 44)}`],
    }),
  }),
  inFile({
    id: 'ibm-cloud-service-api-key',
    name: 'IBM Cloud API key in a service credential or a key file',
    risk: 'Acts as the user or service ID in the whole account, until the key is deleted.',
    format:
      '"apikey" and 44 characters in JSON, beside "iam_apikey_…" or "iam_serviceid_crn" of a service credential, or "createdAt" of a key file, which is observed',
    source: 'https://cloud.ibm.com/docs/cloud-object-storage?topic=cloud-object-storage-service-credentials',
    severity: 'error',
    revocation: 'https://cloud.ibm.com/docs/account?topic=account-manapikey',
    literals: ['"apikey"'],
    after: /[ \t]{0,4}:[ \t]{0,4}"([A-Za-z0-9_-]{44})(?=")/y,
    around: (before, behind) => besideKey.test(before) || besideKey.test(behind),
    accepts: (value) => isMixedAndVaried(value) && !isPlaceholder(value),
    draws: (draw) => `${draw(base62, 41)}aZ5`,
    sample: (key) => JSON.stringify({ name: 'ci', description: '', createdAt: '2026-11-24T10:00+0000', apikey: key }, null, '\t'),
    cases(draw) {
      const key = () => `${draw(base62, 41)}aZ5`;
      const id = 'crn:v1:bluemix:public:cloud-object-storage:global:a/shop';
      return {
        ok: [
          JSON.stringify(
            { apikey: key(), endpoints: 'https://shop.io/v2/endpoints', iam_apikey_description: `Auto-generated for key ${id}` },
            null,
            2,
          ),
          JSON.stringify({ apikey: key(), iam_serviceid_crn: id }),
        ],
        ng: [
          JSON.stringify({ apikey: key(), url: 'https://shop.io' }),
          JSON.stringify({ apikey: `${key()}a`, iam_serviceid_crn: id }),
          JSON.stringify({ apikey: `${'a'.repeat(41)}aZ5`, iam_serviceid_crn: id }),
          JSON.stringify({ apikey: `ExampleKey${key().slice(10)}`, iam_serviceid_crn: id }),
        ],
      };
    },
  }),
  assigned({
    id: 'ibm-cos-hmac-secret',
    name: 'IBM Cloud Object Storage HMAC secret',
    risk: 'With its access key ID it reads and writes buckets through the S3-compatible API, until the service credential is deleted.',
    format: '48 characters (an example of the page, made unusable by letters beyond f); hexadecimal digits as observed',
    source: 'https://cloud.ibm.com/docs/cloud-object-storage?topic=cloud-object-storage-service-credentials',
    severity: 'error',
    revocation: 'https://cloud.ibm.com/docs/cloud-object-storage?topic=cloud-object-storage-service-credentials',
    near: ['cos_hmac', 'ibm', 'bluemix', 'cloud-object-storage'],
    acrossLines: true,
    shapes: [[some(lowerHex, 48)]],
    named: /secret/,
    example: 'secret_access_key',
    cases(draw) {
      const [id, secret] = [draw('0123456789abcdef', 32), draw('0123456789abcdef', 48)];
      return { ok: [JSON.stringify({ cos_hmac_keys: { access_key_id: id, secret_access_key: secret } }, null, 2)], ng: [] };
    },
  }),
  assigned({
    id: 'ibm-cloud-classic-api-key',
    name: 'IBM Cloud classic infrastructure API key',
    risk: 'With its user name it acts as that user in the classic infrastructure (SoftLayer), until the key is deleted.',
    format: '64 characters; that they are small letters and digits is observed',
    source: 'https://github.com/softlayer/softlayer-python/blob/master/SoftLayer/CLI/config/setup.py',
    severity: 'error',
    revocation: 'https://cloud.ibm.com/docs/iam?topic=iam-classic_keys',
    near: ['softlayer', 'sl_api_key', 'iaas_classic'],
    acrossLines: true,
    shapes: [[some(lowerAlphanumeric, 64)]],
    named: /key|token|secret|pass/,
    verify: holding(some(digits, 2), some('a-z', 2)),
    cases(draw) {
      const key = () => `${draw('0123456789abcdef', 60)}a7b3`;
      return {
        ok: [
          `[softlayer]\nusername = SL123456\napi_key = ${key()}\n`,
          `provider "ibm" {\n  iaas_classic_username = "shop"\n  iaas_classic_api_key  = "${key()}"\n}\n`,
          `SL_USERNAME=shop\nSL_API_KEY=${key()}\n`,
        ],
        ng: [`shop:\n  api_key: ${key()}\n`, `softlayer_checksum = ${key()}\n`],
      };
    },
  }),
  assigned({
    id: 'ibm-cloudant-password',
    name: 'IBM Cloudant password',
    risk: 'Reads and changes the databases of the instance, until the service credential with it is deleted.',
    format:
      '32 hexadecimal digits where the user is called apikey-v2-…, 64 where its name ends in -bluemix; what the user is called is documented, the rest observed',
    source: 'https://cloud.ibm.com/docs/Cloudant?topic=Cloudant-revoke-instance-url-style-credential',
    severity: 'error',
    revocation: 'https://cloud.ibm.com/docs/Cloudant?topic=Cloudant-revoke-instance-url-style-credential',
    near: ['cloudant', 'apikey-v2-'],
    acrossLines: true,
    shapes: [[some(lowerHex, 32)], [some(lowerHex, 64)]],
    named: /pass|pwd|pw$/,
    behindId: /["']apikey-v2-[a-z0-9]{40,48}["'],\s{0,20}["']$/,
    example: 'password',
    cases(draw) {
      const [user, password] = [`apikey-v2-${draw('0123456789abcdefghijklmnopqrstuvwxyz', 44)}`, draw('0123456789abcdef', 32)];
      return {
        ok: [
          `const dbUsername = "${user}";\nconst dbPassword = "${password}";\n`,
          `authenticator = BasicAuthenticator('${user}', '${password}')\n`,
          `CLOUDANT_PASSWORD=${draw('0123456789abcdef', 64)}\n`,
        ],
        ng: [`const dbUsername = "shop";\nconst dbPassword = "${password}";\n`, `cloudant_revision: 1-${password}\n`],
      };
    },
  }),
  inFile({
    id: 'oracle-auth-token',
    name: 'Oracle Cloud auth token',
    risk: 'Signs in as the user where no key is asked for: pulls and pushes images, reads and writes buckets, until it is deleted.',
    format:
      '20 characters behind its name, or behind -p where docker signs in to ocir.io; how many, and that signs are among them, is observed',
    source: 'https://docs.oracle.com/en-us/iaas/Content/Identity/access/working-with-auth-tokens.htm',
    severity: 'error',
    revocation: 'https://docs.oracle.com/en-us/iaas/Content/Identity/access/working-with-auth-tokens.htm',
    literals: [
      'OCI_AUTH_TOKEN',
      'oci_auth_token',
      'oci-auth-token',
      'oci.auth.token',
      'ociAuthToken',
      'OciAuthToken',
      'ORACLE_AUTH_TOKEN',
      'oracle_auth_token',
      'OCIR_PASSWORD',
      'OCIR_TOKEN',
      'OCIR_AUTH_TOKEN',
      '.ocir.io',
    ],
    after:
      /(?:["'\]]{0,3}(?:[ \t]{0,40}(?:=>|[:=,])|: &str =|\r?\n[ \t]{1,30}value:|",\s{1,40}"value":)[ \t]{0,4}|["']?[ \t][^\r\n]{0,100}?[ \t](?:-p|--password)[ \t=]{1,3})["']?([^\s"'`\\]{20})(?=["'\s]|$)/y,
    accepts: (value) => isMixed(value) && /[^\w./-]/.test(value) && isLikelyPassword(value),
    draws: (draw) => `${draw(base62, 12)}}2>;a_Z5`,
    sample: (token) => `OCI_AUTH_TOKEN='${token}'\n`,
    cases: (draw) => ({
      ok: [
        `docker login fra.ocir.io -u 'shop/ci@shop.io' -p '${draw(base62, 12)}(2>;a_Z5'`,
        `oci_auth_token          = "${draw(base62, 12)};2>~a_Z5"`,
        `- name: OCI_AUTH_TOKEN\n  value: '${draw(base62, 12)}>Y}a_Z5:'`,
      ],
      ng: ['OCI_AUTH_TOKEN=$(getTokenOf5Users)\n', `docker pull fra.ocir.io/shop/app -p ${draw(base62, 20)}`],
    }),
  }),
  assigned({
    id: 'oracle-customer-secret-key',
    name: 'Oracle Cloud customer secret key',
    risk: 'With its access key it reads and writes object storage through the S3-compatible API, until the key is deleted.',
    source: 'observed',
    severity: 'error',
    revocation: 'https://docs.oracle.com/en-us/iaas/Content/Identity/access/managing-user-credentials.htm',
    near: ['oracle', 'oci_', 'oci-', 'oci.', 'ocisecret', 'ocis3', 'customer_secret'],
    shapes: [[some(base64Characters, 43), '=']],
    named: /secret/,
    example: 'secret_key',
  }),
];

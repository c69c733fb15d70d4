// Keys of services that speak S3's protocol and are not AWS's: what a value looks like says nothing, so its name has to.
import { isMixed, likelihood } from '../randomness.ts';
import { assigned } from './assigned.ts';
import { base62, type Rule } from './rule.ts';
import { base64Characters, charactersOf, endOfRun, lowerHex, some, tableOf } from './shape.ts';
import { token } from './token.ts';

// what is padded is bytes in base64, as KMS wraps a key
const mixed = (text: string, start: number, end: number): boolean =>
  text[end - 1] !== '=' && isMixed(text, start, end) && likelihood(text, start, end) > 0;
const minioCredentials = 'https://github.com/minio/minio/blob/master/internal/auth/credentials.go';
const minioKeys = 'https://docs.min.io/community/minio-object-store/reference/minio-mc-admin/mc-admin-accesskey.html';
const padding = some('=', 0, 2);
const ofHex = tableOf(charactersOf(lowerHex));
const mixedOrHexadecimal: typeof mixed = (text, start, end) =>
  mixed(text, start, end) || (end - start === 64 && endOfRun(text, start, end, ofHex) === end);

export const s3CompatibleRules = (): readonly Rule[] => [
  assigned({
    id: 'minio-secret-key',
    name: 'MinIO secret key',
    risk: 'With its access key it reads, changes and deletes what the service holds, until the key is taken back.',
    source: minioCredentials,
    severity: 'error',
    revocation: minioKeys,
    near: ['minio'],
    acrossLines: true,
    shapes: [[some(base64Characters, 20, 63), padding], [some(lowerHex, 64)]],
    format: '20 to 63 characters of A-Za-z0-9+/, or 64 of 0-9a-f (8 characters and more, of any kind; the rest is observed)',
    named: /secretkey|secretaccesskey/,
    behindId: /(?:\.credentials|NewStaticV[24])\(\s{0,8}["'][^"'\s]{3,60}["'],\s{0,8}["']$/,
    example: 'secret_key',
    verify: mixedOrHexadecimal,
    sample: (draw) => `${draw(base62, 37)}aZ5`,
    cases: (draw) => ({
      ok: [
        `minio: { endPoint: 'minio.shop.io', accessKey: 'shop', secretKey: '${draw(base62, 29)}aZ5' },`,
        `minio.New("minio.shop.io", &minio.Options{Creds: credentials.NewStaticV4("shop", "${draw(base62, 29)}aZ5", "")})`,
        `MinioClient.builder().endpoint("https://minio.shop.io").credentials("shop", "${draw(base62, 37)}aZ5").build()`,
        `Minio("minio.shop.io", access_key="shop", secret_key="${draw(base62, 29)}aZ5")`,
      ],
      ng: [
        `minio:\n  endpoint: minio.shop.io\n\naws:\n  secret_id: ${draw(base62, 29)}aZ5\n`,
        `MINIO_SECRET_KEY=minio123456789secretkey\n`,
      ],
    }),
  }),
  assigned({
    id: 's3-compatible-secret-key',
    name: 'Secret key of a storage service that speaks S3’s protocol',
    risk: 'With its access key it reads, changes and deletes what the service holds, until the key is taken back.',
    source: minioCredentials,
    severity: 'error',
    revocation: minioKeys,
    // 40 characters are those of AWS, and weighed as such
    shapes: [[some(base64Characters, 20, 39), padding], [some(base64Characters, 41, 63), padding], [some(lowerHex, 64)]],
    format:
      '20 to 63 characters of A-Za-z0-9+/, but not 40 · 64 characters of 0-9a-f (MinIO: 8 characters and more, of any kind; the rest is observed)',
    near: ['secret_access_key', 's3_secret_key', 'wasabi_secret_key', 'spaces_secret_key', 'r2_secret_key'],
    within: 32,
    named: /secretkey|secretaccesskey/,
    example: 'value',
    verify: mixedOrHexadecimal,
    sample: (draw) => `${draw(base62, 28)}aZ5`,
  }),
  token({
    id: 'tigris-secret-key',
    name: 'Tigris secret access key',
    risk: 'With its access key it reads, changes and deletes what the buckets hold, until the key is deleted.',
    format: 'tsec_ (of the page) and 40 to 100 characters of A-Za-z0-9+/_-: how many there are is not told',
    source: 'https://www.tigrisdata.com/docs/ai-agents/skills/tigris-security-access-control.md',
    severity: 'error',
    revocation: 'https://www.tigrisdata.com/docs/iam/manage-access-key/',
    shapes: [['tsec_', some('A-Za-z0-9+/_-', 40, 100)]],
    verify: (key) => isMixed(key, 'tsec_'.length),
    sample: (draw) => `tsec_${draw(base62, 61)}7Kx`,
  }),
];

import { existsSync } from 'node:fs';
import { detect } from '../../src/detect/detect.ts';
import { scan } from '../../src/scan/files.ts';
import { sampleKeyPair } from '../sample-keys.ts';
import { type Benchmark, median } from './benchmark.ts';

/** A program of `lines` lines with what meets rules in real code (names, hashes, long words), and one key pair in its middle. */
export function sourceText(lines: number): string {
  const { accessKeyId, secretAccessKey } = sampleKeyPair('bench');
  const plain = [
    'export async function readSecretValue(client: SecretsManagerClient, token: string): Promise<string> {',
    '  const { accessKeyId, secretAccessKey, sessionToken } = await provider({ profile, region });',
    "  // sha256-2jmj7l5rSw0yVb/vlWAYkK/YBwk= is the digest of the file 'com/example/app/AccessKeyProvider.java'",
    "  if (token.startsWith('gh') && secret !== undefined) return client.send(new GetSecretValueCommand({ SecretId: id }));",
    '}',
  ];
  const text = Array.from({ length: lines }, (_, i) => plain[i % plain.length]);
  text[lines >> 1] = `const keys = ['${accessKeyId}', '${secretAccessKey}'];`;
  return text.join('\n');
}

/** Median milliseconds of a call, after calls that warm it up. */
function milliseconds(work: () => void, times: number): number {
  for (let i = 0; i < times / 4; i++) work();
  const took = Array.from({ length: times }, () => {
    const began = performance.now();
    work();
    return performance.now() - began;
  });
  return median(took);
}

let sum = 0;

/** One pass of charCodeAt over a text. */
function onePass(text: string): void {
  for (let i = 0; i < text.length; i++) sum = (sum + text.charCodeAt(i)) | 0;
}

const overText = (name: string, text: string, times: number): Benchmark => ({
  name,
  unit: 'ms',
  floorName: 'one pass of charCodeAt',
  sample: () => ({ value: milliseconds(() => detect(text), times), floor: milliseconds(() => onePass(text), times) }),
});

const megabyte = (piece: string): string => piece.repeat(Math.ceil(2 ** 20 / piece.length));
const { accessKeyId, secretAccessKey } = sampleKeyPair('hostile');
const hostile: Readonly<Record<string, string>> = {
  AKIA: 'AKIA',
  ghp_: 'ghp_',
  'begin marks': '-----BEGIN RSA PRIVATE KEY-----\n',
  'cut keys': `-----BEGIN PRIVATE KEY-----\n${'QUJDREVGR0hJSktMTU5PUFFS\n'.repeat(50)}`,
  'secret=': 'secret=',
  'pieces of strings': 'secret="abcd"+"',
  'percent signs': '%2F',
  'runs of 40': 'Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZmdo ',
  'key pairs': `${accessKeyId} ${secretAccessKey} `,
};

const sources = ['typescript', 'aws-sdk', 'aws-cdk-lib', '@aws-sdk', 'fast-check']
  .map((name) => `node_modules/${name}`)
  .filter((path) => existsSync(path));

/** CPU seconds of some work in this process. */
async function cpuSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Megabytes of packages' sources a CPU second: walk, read, decode and `detect`. */
async function throughput(find: (text: string) => []): Promise<number> {
  let bytes = 0;
  const seconds = await cpuSeconds(async () => {
    bytes = (await scan(sources, { cwd: process.cwd(), detect: find })).bytes;
  });
  return bytes / 1e6 / seconds;
}

export const benchmarks: readonly Benchmark[] = [
  overText('detect: a document of 5,000 lines', sourceText(5000), 40),
  overText('detect: the window of one edit, 7 lines', sourceText(7), 4000),
  ...Object.entries(hostile).map(([name, piece]) => overText(`detect: 1 MB of ${name}`, megabyte(piece), 5)),
  {
    name: 'scan: sources of packages, a CPU second',
    unit: 'MB/s',
    floorName: 'walked, read and decoded only',
    sample: async () => ({
      value: await throughput((text) => {
        detect(text);
        return [];
      }),
      floor: await throughput(() => []),
    }),
  },
];

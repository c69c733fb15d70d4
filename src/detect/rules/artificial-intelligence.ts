// Models as a service.
import { assigned } from './assigned.ts';
import { base62, base64url, type Rule } from './rule.ts';
import { alphanumeric, base64Url, digits, holding, lowerHex, some } from './shape.ts';
import { credSweeper, datadogPatterns, scalibr } from './sources.ts';
import { token } from './token.ts';

const openai = 'https://help.openai.com/en/articles/9047852';
const anthropic = 'https://support.claude.com/en/articles/9767949';
const huggingFace = 'https://huggingface.co/docs/hub/security-tokens';

/** OpenAI in base64 stands in the middle of each key. */
const openaiMark = 'T3BlbkFJ';

export const artificialIntelligenceRules = (): readonly Rule[] => [
  token({
    id: 'openai-key',
    name: 'OpenAI API key',
    risk: 'Calls OpenAI’s models at the project’s cost, and reads its files and threads, until it is revoked.',
    format:
      'sk-, its kind (proj-, svcacct-, admin-, None-, none), random characters, T3BlbkFJ in their middle (without a kind it is documented, the rest is observed)',
    source: datadogPatterns,
    severity: 'error',
    revocation: openai,
    shapes: [
      ['sk-proj-', some(base64Url, 20, 80), openaiMark, some(base64Url, 20, 80)],
      ['sk-svcacct-', some(base64Url, 20, 80), openaiMark, some(base64Url, 20, 80)],
      ['sk-admin-', some(base64Url, 20, 80), openaiMark, some(base64Url, 20, 80)],
      ['sk-None-', some(base64Url, 20, 80), openaiMark, some(base64Url, 20, 80)],
      ['sk-', some(alphanumeric, 20), openaiMark, some(alphanumeric, 20)],
    ],
    sample: (draw) => `sk-proj-${draw(base64url, 58)}A8${openaiMark}${draw(base62, 58)}`,
  }),
  token({
    id: 'anthropic-key',
    name: 'Anthropic API key',
    risk: 'Calls Anthropic’s models at the organisation’s cost, or with an admin key manages the organisation, until it is disabled.',
    source: 'https://platform.claude.com/docs/de/get-api-key',
    severity: 'error',
    revocation: anthropic,
    shapes: [
      ['sk-ant-api03-', some(base64Url, 93), 'AA'],
      ['sk-ant-admin01-', some(base64Url, 93), 'AA'],
      ['sk-ant-oat01-', some(base64Url, 93), 'AA'],
      ['sk-ant-ort01-', some(base64Url, 93), 'AA'],
    ],
  }),
  token({
    id: 'anthropic-session-key',
    name: 'Session key of claude.ai',
    risk: 'Reads the person’s conversations and writes as that person in claude.ai, until they sign out.',
    source: 'observed',
    severity: 'error',
    revocation: 'https://claude.ai/settings/account',
    shapes: [
      ['sk-ant-sid01-', some(base64Url, 93), 'AA'],
      ['sk-ant-sid02-', some(base64Url, 116), 'AA'],
    ],
  }),
  token({
    id: 'huggingface-token',
    name: 'Hugging Face token',
    risk: 'Reads, and with write access changes, its owner’s models and data sets, and calls models at their cost, until it is revoked.',
    format: 'hf_ or api_org_, and 34 letters (only hf_ is documented, the rest is observed)',
    source: huggingFace,
    severity: 'error',
    revocation: 'https://huggingface.co/settings/tokens',
    shapes: [
      ['hf_', some('A-Za-z', 34)],
      ['api_org_', some('A-Za-z', 34)],
    ],
  }),
  token({
    id: 'groq-key',
    name: 'Groq API key',
    risk: 'Calls Groq’s models at the account’s cost, until it is deleted.',
    source: scalibr('groqapikey'),
    severity: 'error',
    revocation: 'https://console.groq.com/keys',
    shapes: [['gsk_', some(alphanumeric, 52)]],
  }),
  token({
    id: 'replicate-token',
    name: 'Replicate API token',
    risk: 'Runs models at the account’s cost, and reads its predictions, until it is disabled.',
    source: scalibr('replicateapitoken'),
    severity: 'error',
    revocation: 'https://replicate.com/account/api-tokens',
    shapes: [['r8_', some(base64Url, 37)]],
  }),
  token({
    id: 'xai-key',
    name: 'xAI API key',
    risk: 'Calls xAI’s models at the team’s cost, or as a management key makes and deletes the team’s keys, until it is deleted.',
    format: 'xai- and 80 letters and digits (management keys: xai-token-); up to 84, with - and _, are taken too',
    source: scalibr('grokxaiapikey'),
    severity: 'error',
    revocation: 'https://console.x.ai/team/default/api-keys',
    shapes: [
      ['xai-', some(base64Url, 80, 84)],
      ['xai-token-', some(alphanumeric, 80)],
    ],
  }),
  token({
    id: 'perplexity-key',
    name: 'Perplexity API key',
    risk: 'Calls Perplexity’s models at the account’s cost, until it is revoked.',
    source: scalibr('perplexityapikey'),
    severity: 'error',
    revocation: 'https://www.perplexity.ai/account/api/keys',
    shapes: [['pplx-', some(alphanumeric, 48)]],
  }),
  assigned({
    id: 'cohere-key',
    name: 'Cohere API key',
    risk: 'Calls Cohere’s models at the account’s cost, until it is deleted.',
    source: scalibr('cohereapikey'),
    severity: 'error',
    revocation: 'https://dashboard.cohere.com/api-keys',
    near: ['cohere', 'co_api_key'],
    shapes: [[some(alphanumeric, 40)], ['sk-co-', some(base64Url, 20, 80)]],
    behindId: /\bcohere\.(?:Async)?Client(?:V2)?\(\s{0,20}["']$/,
    verify: holding(some('A-Z', 1), some('a-z', 1)),
    cases: (draw) => ({
      ok: [`co = cohere.ClientV2("${draw(base62, 37)}aZ5")`, `const cohere = new CohereClient({\n  token: "${draw(base62, 37)}aZ5",\n});`],
      ng: [`import cohere\ncommit = find("${draw(base62, 37)}aZ5")`],
    }),
  }),
  token({
    id: 'mistral-key',
    name: 'Mistral API key',
    risk: 'Calls Mistral’s models at the workspace’s cost, until it is deleted.',
    format: 'mstrl_, 32 letters and digits, _ and 6 more (of the package, mistralai/extra/observability/redaction_policies.py)',
    source: 'https://pypi.org/project/mistralai/3.7.0/',
    severity: 'error',
    revocation: 'https://console.mistral.ai/api-keys',
    shapes: [['mstrl_', some(alphanumeric, 32), '_', some(alphanumeric, 6)]],
  }),
  assigned({
    id: 'mistral-key-legacy',
    name: 'Mistral API key, older format',
    risk: 'Calls Mistral’s models at the workspace’s cost, until it is deleted.',
    format: '32 letters and digits (an example of its description of the API)',
    source: 'https://github.com/mistralai/platform-docs-public/blob/main/openapi-public-doc.yaml',
    severity: 'error',
    revocation: 'https://console.mistral.ai/api-keys',
    near: ['mistral'],
    shapes: [[some(alphanumeric, 32)]],
    verify: holding(some(digits, 1), some('A-Za-z', 1)),
    sample: (draw) => `${draw(base62, 30)}a7`,
  }),
  token({
    id: 'openrouter-key',
    name: 'OpenRouter API key',
    risk: 'Calls the models of many makers at the account’s cost, until it is deleted.',
    format: 'sk-or-v1- and 64 hexadecimal digits (examples of the page)',
    source: 'https://openrouter.ai/docs/sdks/typescript/api-reference/operations/createkeysresponse',
    severity: 'error',
    revocation: 'https://openrouter.ai/settings/keys',
    shapes: [['sk-or-v1-', some(lowerHex, 64)]],
  }),
  token({
    id: 'cerebras-key',
    name: 'Cerebras API key',
    risk: 'Calls Cerebras’ models at the account’s cost, until it is deleted.',
    format: 'csk- or csk_, and 48 characters; that they are letters and digits is observed',
    source: 'https://github.com/Cerebras/vscode-cerebras-chat/blob/main/src/provider.ts',
    severity: 'error',
    revocation: 'https://cloud.cerebras.ai/platform',
    shapes: [
      ['csk-', some(alphanumeric, 48)],
      ['csk_', some(alphanumeric, 48)],
    ],
  }),
  token({
    id: 'nvidia-key',
    name: 'NVIDIA API key',
    risk: 'Calls NVIDIA’s models and fetches its containers at the organisation’s cost, until it is deleted.',
    format: 'nvapi- and 60 to 70 characters of A-Za-z0-9_- (of the package, dist/chunks: 40 and more)',
    source: 'https://www.npmjs.com/package/vercel/v/64.0.2',
    severity: 'error',
    revocation: 'https://build.nvidia.com/settings/api-keys',
    shapes: [['nvapi-', some(base64Url, 60, 70)]],
  }),
  assigned({
    id: 'deepseek-key',
    name: 'DeepSeek API key',
    risk: 'Calls DeepSeek’s models at the account’s cost, until it is deleted.',
    format: 'sk- and 32 hexadecimal digits',
    source: credSweeper,
    severity: 'error',
    revocation: 'https://platform.deepseek.com/api_keys',
    near: ['deepseek'],
    shapes: [['sk-', some(lowerHex, 32)]],
  }),
];

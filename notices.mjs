// THIRD_PARTY_NOTICES: whose work is in what a person installs. Worked out by each build from what the bundler read and what is copied beside it, so it is never committed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Licenses that may be bundled: they ask for their text and the names of their holders, which is what is written here. Another one is looked at by a person first. */
export const allowedLicenses = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

/** The packages that the grammars of @vscode/tree-sitter-wasm are compiled from, each with whose it is, as its license says. */
const grammarSources = [
  { name: 'tree-sitter-javascript', grammars: ['javascript'], holder: 'Copyright (c) 2014 Max Brunsfeld' },
  { name: 'tree-sitter-typescript', grammars: ['typescript', 'tsx'], holder: 'Copyright (c) 2017 Max Brunsfeld' },
  { name: 'tree-sitter-go', grammars: ['go'], holder: 'Copyright (c) 2014 Max Brunsfeld' },
  { name: 'tree-sitter-java', grammars: ['java'], holder: 'Copyright (c) 2017 Ayman Nadeem' },
  {
    name: 'tree-sitter-php',
    grammars: ['php'],
    holder: 'Copyright (c) 2017 Josh Vera, GitHub\nCopyright (c) 2019 Max Brunsfeld, Amaan Qureshi, Christian Frøystad, Caleb White',
  },
  { name: 'tree-sitter-python', grammars: ['python'], holder: 'Copyright (c) 2016 Max Brunsfeld' },
];

/** The folders of the packages that the bundler read a file of. @param metafiles what esbuild tells of each build */
export function bundledPackages(metafiles) {
  const folders = metafiles
    .flatMap(({ inputs }) => Object.keys(inputs))
    .flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

/**
 * The text of the notices.
 * @param folders of packages that are bundled
 * @param grammars the names of the grammars that are shipped
 * @param ownLicense our own license, MIT, whose words serve a package that names this license without its text
 * @throws where a package has no license, one that is not allowed, or no text and nobody to name
 */
export function thirdPartyNotices({ folders, grammars, ownLicense }) {
  const mit = (holder) => ownLicense.replace(/^Copyright .*$/m, holder);
  const parts = [
    ...folders.map((folder) => partOf(folder, mit)),
    partOf('node_modules/node-addon-api', mit, 'compiled into the binaries of keytar'),
    ...grammarParts(grammars, mit),
    {
      name: 'apache-libcloud',
      version: '3.9.1',
      license: 'Apache-2.0',
      remark: 'the table of EC2 prices was worked out from its list; it was changed',
      notice:
        'Apache Libcloud\nCopyright (c) 2010-2026 The Apache Software Foundation\n\nThis product includes software developed at\nThe Apache Software Foundation (http://www.apache.org/).\n\nThis product includes software developed by\nCloudkick (http://www.cloudkick.com/).',
    },
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  const apache = parts.find(({ license, text }) => license === 'Apache-2.0' && text)?.text;
  const texts = new Map();
  for (const part of parts) {
    const text = part.text ?? apache;
    if (text === undefined) throw new Error(`There is no text of the license of ${titleOf(part)}.`);
    texts.set(text, [...(texts.get(text) ?? []), part]);
  }
  const list = parts.map((part) =>
    [`${titleOf(part)} (${part.license})`, part.remark, part.notice].filter(Boolean).join('\n').replaceAll('\n', '\n    '),
  );
  const licenses = [...texts].map(([text, of]) => `${rule}\n${of.map(titleOf).join('\n')}\n${rule}\n\n${text}\n`);
  return `Keystow holds work of others, named here. The licenses follow, each with the names of what it covers.\n\n${list.join('\n')}\n\n${licenses.join('\n')}`;
}

const rule = '-'.repeat(78);
const titleOf = ({ name, version }) => `${name} ${version}`;

/** What has to be said of one package. */
function partOf(folder, mit, remark) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!allowedLicenses.includes(license))
    throw new Error(`${folder} has the license ${license}, which is not among ${allowedLicenses.join(', ')}.`);
  const fileLike = (pattern) => readdirSync(folder).find((file) => pattern.test(file));
  const read = (file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
  const noticeFile = fileLike(/^notice/i);
  const part = { name, version, license, remark, ...(noticeFile ? { notice: read(noticeFile) } : {}) };
  const licenseFile = fileLike(/^(licen[cs]e|copying)/i);
  if (licenseFile)
    return license === 'Apache-2.0' ? { ...part, ...apacheTerms(read(licenseFile), part) } : { ...part, text: read(licenseFile) };
  const holder = typeof author === 'object' ? author.name : author;
  if (holder === undefined) throw new Error(`${folder} holds neither its license nor its author.`);
  if (license === 'Apache-2.0') return { ...part, notice: part.notice ?? holder };
  if (license !== 'MIT') throw new Error(`${folder} does not hold its license, ${license}.`);
  return { ...part, text: mit(`Copyright (c) ${holder}`) };
}

/** Its terms are the same everywhere and stand here once; whose work it is stands in its appendix, which goes to the package. */
function apacheTerms(text, { notice }) {
  const [terms, appendix = ''] = text.split(/^\s*END OF TERMS AND CONDITIONS.*$/m);
  const holder = /^\s*(Copyright \d.*)$/m.exec(appendix)?.[1];
  return { text: terms.trim(), notice: [holder, notice].filter(Boolean).join('\n') };
}

/** The runtime and the grammars as the package that compiled them names their versions. */
function grammarParts(grammars, mit) {
  const folder = 'node_modules/@vscode/tree-sitter-wasm';
  const { devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { registrations } = JSON.parse(readFileSync(join(folder, 'cgmanifest.json'), 'utf8'));
  const runtime = registrations.find(({ component }) => component.git.name === 'tree-sitter');
  const unnamed = grammars.filter((grammar) => !grammarSources.some((source) => source.grammars.includes(grammar)));
  if (unnamed.length > 0) throw new Error(`Nobody is named for the grammar ${unnamed.join(', ')}: add it to grammarSources.`);
  const sources = grammarSources.filter((source) => source.grammars.some((grammar) => grammars.includes(grammar)));
  const compiled = (name, version, holder) => ({
    name,
    version,
    license: 'MIT',
    remark: `compiled by ${folder.slice('node_modules/'.length)}`,
    text: mit(holder),
  });
  return [
    partOf(folder, mit),
    compiled('tree-sitter', runtime.version, 'Copyright (c) 2018 Max Brunsfeld'),
    compiled('emscripten', '(its runtime)', 'Copyright (c) 2010-2014 Emscripten authors'),
    ...sources.map(({ name, holder }) => compiled(name, devDependencies[name].replace(/^\D+/, ''), holder)),
  ];
}

// A program reads its secret from the environment: each language's edit, before and after, read again by its grammar, and refusals with their reasons.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs of other languages are written here
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { format } from '../../src/message.ts';
import { applyEdits } from '../../src/stow/edit.ts';
import { type EnvironmentChange, environmentChange } from '../../src/stow/environment/change.ts';
import { variableFor } from '../../src/stow/environment/variable.ts';
import { loadParser } from '../../src/stow/grammar.ts';
import type { WorkspaceFile } from '../../src/stow/readers.ts';
import { sampleGitHubToken } from '../sample-keys.ts';
import { placeOf } from '../stow-places.ts';

const grammars = join(import.meta.dirname, '../../node_modules/@vscode/tree-sitter-wasm/wasm');
const folder = mkdtempSync(join(tmpdir(), 'keystow-environment-'));
after(() => rmSync(folder, { recursive: true }));

interface Given {
  readonly env?: string;
  readonly others?: readonly WorkspaceFile[];
  /** As the text writes it; a token unless told. */
  readonly secret?: string;
}

/** What is made of a text with a secret in the place of `«S»`. */
async function change(path: string, template: string, { env = '', others = [], secret = sampleGitHubToken() }: Given = {}) {
  const text = template.replaceAll('«S»', () => secret);
  const place = placeOf(text, secret);
  const variable = variableFor(text, place, 'github-personal-access-token');
  const wanted = { place, variable, reference: (name: string) => `keystow://github/${name.toLowerCase()}` };
  const doors = {
    parser: (grammar: Parameters<typeof loadParser>[1]) => loadParser(grammars, grammar),
    workspaceFiles: async () => [{ path, text }, ...others],
    envFile: async () => ({ path: '/p/.env', text: env.replaceAll('«S»', secret) }),
  };
  return { secret, text, result: await environmentChange({ path: `/p/${path}`, text, languageId: 'plaintext' }, [wanted], doors) };
}

/** The text after, with the secret as it was written in the template. */
async function edited(
  path: string,
  template: string,
  given?: Given,
): Promise<{ after: string; changed: EnvironmentChange; secret: string }> {
  const { secret, text, result } = await change(path, template, given);
  if ('refused' in result) assert.fail(format(result.refused));
  const after = applyEdits(text, result.edited.edits);
  return { after: after.replaceAll(secret, '«S»'), changed: result, secret };
}

type Row = readonly [path: string, what: string, before: string, after: string];

const rows: readonly Row[] = [
  ['a.js', 'a constant', `const githubToken = '«S»';\n`, `const githubToken = process.env.GITHUB_TOKEN;\n`],
  ['a.mjs', 'a name that says nothing', `f({ auth: "«S»" });\n`, `f({ auth: process.env.GITHUB_AUTH });\n`],
  [
    'a.js',
    'a string in a string',
    `const t = "it's '«S»'.length" === "«S»" ? 1 : 2;\n`.replace('«S»', 'x'),
    `const t = "it's 'x'.length" === process.env.GITHUB_TOKEN ? 1 : 2;\n`,
  ],
  ['a.js', 'a template, the whole', 'const t = `«S»`;\n', 'const t = process.env.GITHUB_TOKEN;\n'],
  ['a.js', 'a template, a part', 'get(`/x?a=${a}&t=«S»`); // `«S»`\n', 'get(`/x?a=${a}&t=${process.env.GITHUB_TOKEN}`); // `«S»`\n'],
  ['a.js', 'a concatenation', `const h = 'Bearer ' + '«S»';\r\n`, `const h = 'Bearer ' + process.env.GITHUB_TOKEN;\r\n`],
  [
    'a.js',
    'where process is something else',
    `function f(process) { return '«S»'; }\n`,
    `function f(process) { return globalThis.process.env.GITHUB_TOKEN; }\n`,
  ],
  [
    'a.js',
    'where process is imported',
    `import process from 'node:process';\nf('«S»');\n`,
    `import process from 'node:process';\nf(process.env.GITHUB_TOKEN);\n`,
  ],
  [
    'a.jsx',
    'an attribute, on a server',
    `import fs from 'node:fs';\nexport const a = <A token="«S»" />;\n`,
    `import fs from 'node:fs';\nexport const a = <A token={process.env.GITHUB_TOKEN} />;\n`,
  ],
  ['a.ts', 'a typed constant', `const token: string = '«S»' as string;\n`, `const token: string = process.env.GITHUB_TOKEN! as string;\n`],
  [
    'a.ts',
    'a default value, tabs',
    `class A {\n\tconstructor(private readonly apiKey = "«S»") {}\n}\n`,
    `class A {\n\tconstructor(private readonly apiKey = process.env.GITHUB_API_KEY!) {}\n}\n`,
  ],
  [
    'a.tsx',
    'an attribute, on a server',
    `'use server';\nconst a = <A t="«S»">x</A>;\n`,
    `'use server';\nconst a = <A t={process.env.GITHUB_TOKEN!}>x</A>;\n`,
  ],
  [
    'a.js',
    'close to the words around it',
    `function f(x) { if ("a"in x) return"«S»"in x; }\n`,
    `function f(x) { if ("a"in x) return process.env.GITHUB_TOKEN in x; }\n`,
  ],
  [
    'a.mjs',
    'where what is imported is called process',
    `import { run as process } from './run.js';\nf('«S»');\n`,
    `import { run as process } from './run.js';\nf(globalThis.process.env.GITHUB_TOKEN);\n`,
  ],
  ['a.js', 'an address is kept as a whole', `connect('https://me:«S»@example.com/x');\n`, `connect(process.env.GITHUB_TOKEN);\n`],

  ['a.py', 'no import yet', `TOKEN = "«S»"\n`, `import os\n\nTOKEN = os.environ["GITHUB_TOKEN"]\n`],
  ['a.py', 'imported already', `import os, sys\nf(token='«S»')\n`, `import os, sys\nf(token=os.environ['GITHUB_TOKEN'])\n`],
  ['a.py', 'imported under another name', `import os as system\nf('«S»')\n`, `import os as system\nf(system.environ['GITHUB_TOKEN'])\n`],
  [
    'a.py',
    'environ imported',
    `from os import path, environ as e\nf('«S»')\n`,
    `from os import path, environ as e\nf(e['GITHUB_TOKEN'])\n`,
  ],
  ['a.py', 'a module of os', `import os.path\nf('«S»')\n`, `import os.path\nf(os.environ['GITHUB_TOKEN'])\n`],
  [
    'a.py',
    'below the text, the future, CRLF',
    `#!/usr/bin/env python3\r\n"""It's "«S»"."""\r\nfrom __future__ import annotations\r\nimport json\r\nf("x", "«S»")\r\n`.replace(
      '«S»',
      's',
    ),
    `#!/usr/bin/env python3\r\n"""It's "s"."""\r\nfrom __future__ import annotations\r\nimport os\r\nimport json\r\nf("x", os.environ["GITHUB_TOKEN"])\r\n`,
  ],
  [
    'a.py',
    'below the shell’s line',
    `#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n# mine\nx = r"«S»"\n`,
    `#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\nimport os\n\n# mine\nx = os.environ["GITHUB_TOKEN"]\n`,
  ],
  ['a.py', 'below the text alone', `"""About."""\nx = '«S»'\n`, `"""About."""\n\nimport os\nx = os.environ['GITHUB_TOKEN']\n`],
  [
    'a.py',
    'below the text, with a remark, close to a word',
    `"""About."""  # noqa: D400\ndef f(): return'«S»'\n`,
    `"""About."""  # noqa: D400\n\nimport os\ndef f(): return os.environ['GITHUB_TOKEN']\n`,
  ],
  ['a.py', 'imported too late', `x = '«S»'\nimport os\n`, `import os\n\nx = os.environ['GITHUB_TOKEN']\nimport os\n`],
  [
    'a.py',
    'os is something else',
    `os = 'linux'\nx = '«S»'\n`,
    `import os as os_module\n\nos = 'linux'\nx = os_module.environ['GITHUB_TOKEN']\n`,
  ],
  [
    'a.py',
    'os is a parameter too',
    `import os\ndef f(os=None):\n    return '«S»'\n`,
    `import os as os_module\nimport os\ndef f(os=None):\n    return os_module.environ['GITHUB_TOKEN']\n`,
  ],
  [
    'a.py',
    'os is another module too, or what a file is opened as',
    `import os\nimport numpy as os\nwith f() as e: g('«S»')\n`,
    `import os as os_module\nimport os\nimport numpy as os\nwith f() as e: g(os_module.environ['GITHUB_TOKEN'])\n`,
  ],
  [
    'a.py',
    'below the remarks on the file',
    `#!/usr/bin/env python3\n# Copyright\n# of somebody\n\n# mine\nx = '«S»'\n`,
    `#!/usr/bin/env python3\n# Copyright\n# of somebody\n\nimport os\n\n# mine\nx = os.environ['GITHUB_TOKEN']\n`,
  ],
  ['a.py', 'an f-string', `import os\nh = f"Bearer «S» {x}"\n`, `import os\nh = f"Bearer {os.environ['GITHUB_TOKEN']} {x}"\n`],
  ['a.py', 'bytes', `import os\nh = b"«S»"\n`, `import os\nh = os.environ["GITHUB_TOKEN"].encode()\n`],
  ['a.py', 'in a hole of an f-string', `import os\nh = f"{f('«S»')}"\n`, `import os\nh = f"{f(os.environ['GITHUB_TOKEN'])}"\n`],

  [
    'a.go',
    'no import yet',
    `package main // x\n\nvar token = "«S»"\n`,
    `package main // x\n\nimport "os"\n\nvar token = os.Getenv("GITHUB_TOKEN")\n`,
  ],
  [
    'a.go',
    'a group of imports',
    `package main\n\nimport (\n\t"fmt"\n\t"strings"\n\n\t"example.com/x"\n)\n\nfunc main() { fmt.Println(strings.ToUpper("«S»")) }\n`,
    `package main\n\nimport (\n\t"fmt"\n\t"os"\n\t"strings"\n\n\t"example.com/x"\n)\n\nfunc main() { fmt.Println(strings.ToUpper(os.Getenv("GITHUB_TOKEN"))) }\n`,
  ],
  [
    'a.go',
    'last of the group, CRLF',
    `package main\r\n\r\nimport (\r\n\t"fmt" // for printing\r\n)\r\n\r\nfunc main() { fmt.Println("«S»") }\r\n`,
    `package main\r\n\r\nimport (\r\n\t"fmt" // for printing\r\n\t"os"\r\n)\r\n\r\nfunc main() { fmt.Println(os.Getenv("GITHUB_TOKEN")) }\r\n`,
  ],
  [
    'a.go',
    'one import',
    'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println(`«S»`) }\n',
    'package main\n\nimport "os"\n\nimport "fmt"\n\nfunc main() { fmt.Println(os.Getenv("GITHUB_TOKEN")) }\n',
  ],
  [
    'a.go',
    'imported under another name',
    `package main\n\nimport (\n\tsys "os"\n)\n\nfunc main() { sys.Stdout.WriteString("«S»") }\n`,
    `package main\n\nimport (\n\tsys "os"\n)\n\nfunc main() { sys.Stdout.WriteString(sys.Getenv("GITHUB_TOKEN")) }\n`,
  ],
  [
    'a.go',
    'a constant by itself',
    `package main\n\nimport "os"\n\nconst apiToken = "«S»"\n\nfunc main() { os.Stdout.WriteString(apiToken) }\n`,
    `package main\n\nimport "os"\n\nvar apiToken = os.Getenv("GITHUB_API_TOKEN")\n\nfunc main() { os.Stdout.WriteString(apiToken) }\n`,
  ],
  [
    'a.go',
    'os is something else',
    `package main\n\nfunc main() {\n\tos := "linux"\n\tprintln(os, "«S»")\n}\n`,
    `package main\n\nimport environment "os"\n\nfunc main() {\n\tos := "linux"\n\tprintln(os, environment.Getenv("GITHUB_TOKEN"))\n}\n`,
  ],

  [
    'a.go',
    'os is imported, and something else in a function',
    `package main\n\nimport "os"\n\nfunc f(os string) string { return os + "«S»" }\n\nfunc main() { os.Exit(len(f("x"))) }\n`,
    `package main\n\nimport environment "os"\n\nimport "os"\n\nfunc f(os string) string { return os + environment.Getenv("GITHUB_TOKEN") }\n\nfunc main() { os.Exit(len(f("x"))) }\n`,
  ],
  [
    'a.go',
    'of a type of its own',
    `package main\n\nimport "os"\n\ntype Token string\n\nvar a, b Token = "x", "«S»"\n`,
    `package main\n\nimport "os"\n\ntype Token string\n\nvar a, b Token = "x", Token(os.Getenv("GITHUB_TOKEN"))\n`,
  ],
  [
    'a.go',
    'the result of a function',
    `package main\n\nimport "os"\n\nfunc f() (int, k.Token, error) { return 1, "«S»", nil }\n`,
    `package main\n\nimport "os"\n\nfunc f() (int, k.Token, error) { return 1, k.Token(os.Getenv("GITHUB_TOKEN")), nil }\n`,
  ],
  [
    'a.go',
    'a value of a map',
    `package main\n\nimport "os"\n\nvar a = map[string]k.Token{"x": "«S»"}\n`,
    `package main\n\nimport "os"\n\nvar a = map[string]k.Token{"x": k.Token(os.Getenv("GITHUB_TOKEN"))}\n`,
  ],

  [
    'a.go',
    'a string beside a type of its own',
    `package main\n\nimport "os"\n\ntype T string\n\nfunc f(a, b T, c string) {}\n\nfunc g() { f("x", "y", "«S»") }\n`,
    `package main\n\nimport "os"\n\ntype T string\n\nfunc f(a, b T, c string) {}\n\nfunc g() { f("x", "y", os.Getenv("GITHUB_TOKEN")) }\n`,
  ],
  [
    'a.go',
    'what is converted, also as a part of a sum',
    `package main\n\nimport "os"\n\nvar a k.Token = "Bearer " + "«S»"\n`,
    `package main\n\nimport "os"\n\nvar a k.Token = "Bearer " + k.Token(os.Getenv("GITHUB_TOKEN"))\n`,
  ],
  [
    'a.go',
    'os is a type of its own',
    `package main\n\ntype os struct{}\n\nvar a = "«S»"\n`,
    `package main\n\nimport environment "os"\n\ntype os struct{}\n\nvar a = environment.Getenv("GITHUB_TOKEN")\n`,
  ],

  [
    'A.java',
    'where System is something else',
    `class A<System> { String t = "«S»"; }\n`,
    `class A<System> { String t = java.lang.System.getenv("GITHUB_TOKEN"); }\n`,
  ],
  [
    'A.java',
    'a field',
    `class A {\n    static final String TOKEN = "«S»"; // «S»\n}\n`,
    `class A {\n    static final String TOKEN = System.getenv("GITHUB_TOKEN"); // «S»\n}\n`.replace('// «S»', '// «S»'),
  ],
  [
    'A.java',
    'an argument',
    `class A { void f() { g("a\\"b", "«S»".trim()); } void g(String a, String b) {} }\n`,
    `class A { void f() { g("a\\"b", System.getenv("GITHUB_TOKEN").trim()); } void g(String a, String b) {} }\n`,
  ],

  ['a.php', 'a variable', `<p>it's</p>\n<?php\n$token = '«S»';\n`, `<p>it's</p>\n<?php\n$token = getenv('GITHUB_TOKEN');\n`],
  ['a.php', 'define and an array', `<?php\ndefine('API_SECRET', "«S»");\n`, `<?php\ndefine('API_SECRET', getenv('GITHUB_API_SECRET'));\n`],

  [
    'a.kt',
    'a value, past comments and strings',
    `/* "/* x */ */\nval a = "it's \${f("}")} $b"\nval q = '"'\nval token: String = "«S»" // "«S»"\n`,
    `/* "/* x */ */\nval a = "it's \${f("}")} $b"\nval q = '"'\nval token: String = System.getenv("GITHUB_TOKEN") // "«S»"\n`,
  ],
  [
    'a.kt',
    'a constant',
    `object A {\r\n\tprivate const val API_TOKEN: String = "«S»"\r\n}\r\n`,
    `object A {\r\n\tprivate val API_TOKEN: String = System.getenv("GITHUB_API_TOKEN")\r\n}\r\n`,
  ],
  [
    'a.kt',
    'a constant beside others',
    `const val TAG = "x"\nconst val TOKEN: kotlin.String = "«S»"\nconst val TOKENS = TAG + "y"\n`,
    `const val TAG = "x"\nval TOKEN: kotlin.String = System.getenv("GITHUB_TOKEN")\nconst val TOKENS = TAG + "y"\n`,
  ],
  [
    'a.kt',
    'where System is something else',
    `fun f(System: Int) = "«S»" + System\n`,
    `fun f(System: Int) = java.lang.System.getenv("GITHUB_TOKEN") + System\n`,
  ],
  ['a.kts', 'three quotes', `val t = """«S»"""\n`, `val t = System.getenv("GITHUB_TOKEN")\n`],

  [
    'A.cs',
    'with System',
    `using System;\n#region it's\nclass A { string a = @"c:\\"; char q = '"'; string t = "«S»"; }\n`,
    `using System;\n#region it's\nclass A { string a = @"c:\\"; char q = '"'; string t = Environment.GetEnvironmentVariable("GITHUB_TOKEN"); }\n`,
  ],
  [
    'A.cs',
    'with System, in a class with an Environment of its own',
    `using System;\nclass Startup { IWebHostEnvironment Environment { get; } string t = "«S»"; }\n`,
    `using System;\nclass Startup { IWebHostEnvironment Environment { get; } string t = System.Environment.GetEnvironmentVariable("GITHUB_TOKEN"); }\n`,
  ],
  [
    'A.cs',
    'where System is a namespace of its own',
    `using System;\nnamespace Shop.System;\nclass A { string t = "«S»"; }\n`,
    `using System;\nnamespace Shop.System;\nclass A { string t = global::System.Environment.GetEnvironmentVariable("GITHUB_TOKEN"); }\n`,
  ],
  [
    'A.cs',
    'without System',
    `class A { void F() { G($"{x["}"]} it's", "«S»"); } }\n`,
    `class A { void F() { G($"{x["}"]} it's", System.Environment.GetEnvironmentVariable("GITHUB_TOKEN")); } }\n`,
  ],
  [
    'A.cs',
    'a constant of a class',
    `class A {\n\tprivate const string ApiKey = "«S»";\n}\n`,
    `class A {\n\tprivate static readonly string ApiKey = System.Environment.GetEnvironmentVariable("GITHUB_API_KEY");\n}\n`,
  ],
  [
    'A.cs',
    'a raw string',
    `var s = """He said "x"."""; var t = """«S»""";\n`,
    `var s = """He said "x"."""; var t = System.Environment.GetEnvironmentVariable("GITHUB_TOKEN");\n`,
  ],

  [
    'a.rs',
    'a value that is let',
    `fn f<'a>(x: &'a str) { let q = '"'; let r = r#"it's "x"#; let token: &str = "«S»"; /* /* " */ */ }\n`,
    `fn f<'a>(x: &'a str) { let q = '"'; let r = r#"it's "x"#; let token: &str = &*std::env::var("GITHUB_TOKEN").expect("GITHUB_TOKEN is not set").leak(); /* /* " */ */ }\n`,
  ],
  [
    'a.rs',
    'an owned one',
    `fn f() -> String { "«S»".to_string() }\n`,
    `fn f() -> String { std::env::var("GITHUB_TOKEN").expect("GITHUB_TOKEN is not set").to_string() }\n`,
  ],
  [
    'a.rs',
    'an argument',
    `fn f() { g("a", "«S»"); }\n`,
    `fn f() { g("a", &*std::env::var("GITHUB_TOKEN").expect("GITHUB_TOKEN is not set").leak()); }\n`,
  ],
  [
    'a.rs',
    'of a String',
    `fn f() { g(String::from("«S»")); }\n`,
    `fn f() { g(String::from(std::env::var("GITHUB_TOKEN").expect("GITHUB_TOKEN is not set"))); }\n`,
  ],
  [
    'a.rs',
    'with a call of its own',
    `fn f() -> A { match x { 1 => A { t: "«S»".into() }, _ => A::none() } }\n`,
    `fn f() -> A { match x { 1 => A { t: (&*std::env::var("GITHUB_TOKEN").expect("GITHUB_TOKEN is not set").leak()).into() }, _ => A::none() } }\n`,
  ],

  [
    'a.rb',
    'a constant, past comments and strings',
    `# it's\n=begin\n"\n=end\na = "#{b["x"]} it's" if c =~ /"/\nd = e / f; g = %w[" '] \nTOKEN = '«S»'.freeze # '«S»'\n`,
    `# it's\n=begin\n"\n=end\na = "#{b["x"]} it's" if c =~ /"/\nd = e / f; g = %w[" '] \nTOKEN = ENV.fetch('GITHUB_TOKEN').freeze # '«S»'\n`,
  ],
  [
    'a.rb',
    'below a here-document',
    `a = <<~TEXT\n  it's "\nTEXT\nClient.new(access_token: "«S»")\n`,
    `a = <<~TEXT\n  it's "\nTEXT\nClient.new(access_token: ENV.fetch("GITHUB_ACCESS_TOKEN"))\n`,
  ],

  ['a.rb', 'behind a name, without a space', `f token:'«S»' do |x| end\n`, `f token:ENV.fetch('GITHUB_TOKEN') do |x| end\n`],
  ['a.rb', 'on a line that goes on', `t = \\\n  "«S»"\n`, `t = \\\n  ENV.fetch("GITHUB_TOKEN")\n`],
  [
    'a.rb',
    'one of those that are gone through',
    `for t in ['a', '«S»'] do f t end\n`,
    `for t in ['a', ENV.fetch('GITHUB_TOKEN')] do f t end\n`,
  ],

  [
    'a.rb',
    'what a case is compared with, and what it gives',
    `case x\nwhen 'a', '«S»' then y\nin [a] if a == 'in' then z\nend\n`,
    `case x\nwhen 'a', ENV.fetch('GITHUB_TOKEN') then y\nin [a] if a == 'in' then z\nend\n`,
  ],
  ['a.rb', 'behind a pattern', `case x\nin 'a' then t = '«S»'\nend\n`, `case x\nin 'a' then t = ENV.fetch('GITHUB_TOKEN')\nend\n`],
  ['a.rb', 'what is changed', `token = "«S»"\ntoken << "\\n"\n`, `token = ENV.fetch("GITHUB_TOKEN").dup\ntoken << "\\n"\n`],
  [
    'a.rb',
    'where ENV is something else',
    `class A\n  ENV = {}\n  T = "«S»"\nend\n`,
    `class A\n  ENV = {}\n  T = ::ENV.fetch("GITHUB_TOKEN")\nend\n`,
  ],

  ['a.sh', 'a word', `#!/bin/sh\n# it's\nexport GITHUB_TOKEN=«S»\n`, `#!/bin/sh\n# it's\nexport GITHUB_TOKEN="\${GITHUB_TOKEN:?}"\n`],
  ['a.sh', 'single quotes', `TOKEN='«S»' # «S»\n`, `TOKEN="\${GITHUB_TOKEN:?}" # «S»\n`],
  [
    'a.sh',
    'double quotes, a part',
    `curl -H "Authorization: Bearer «S»" "$(f "it's")"\n`,
    `curl -H "Authorization: Bearer \${GITHUB_TOKEN:?}" "$(f "it's")"\n`,
  ],
  ['a.sh', 'single quotes, a part', `curl -H 'Authorization: Bearer «S»'\n`, `curl -H "Authorization: Bearer \${GITHUB_TOKEN:?}"\n`],
  ['a.sh', 'single quotes, a part among signs', `curl -d '{"$token": "«S»"}'\n`, `curl -d '{"$token": "'"\${GITHUB_TOKEN:?}"'"}'\n`],
  ['a.sh', 'behind a shift of bits', `x=$((1 << 2))\n((x = x << y))\nt='«S»'\n`, `x=$((1 << 2))\n((x = x << y))\nt="\${GITHUB_TOKEN:?}"\n`],
  ['a.sh', 'quotes in quotes', `a="$(curl -u "me:«S»" x)"\n`, `a="$(curl -u "me:\${GITHUB_TOKEN:?}" x)"\n`],
  ['a.sh', 'a here-document', `cat <<EOF\nit's «S»\nEOF\n`, `cat <<EOF\nit's \${GITHUB_TOKEN:?}\nEOF\n`],
  [
    'a.sh',
    'behind here-documents',
    `cat <<-'A' <<B\n\t"\n\tA\n'\nB\nf -u"me:«S»"\n`,
    `cat <<-'A' <<B\n\t"\n\tA\n'\nB\nf -u"me:\${GITHUB_TOKEN:?}"\n`,
  ],

  [
    'main.tf',
    'a value',
    `provider "github" {\n  token = "«S»" # it's\n}\n`,
    `provider "github" {\n  token = var.token # it's\n}\n\nvariable "token" {\n  type      = string\n  sensitive = true\n}\n`,
  ],
  [
    'main.tf',
    'a part',
    `locals {\n  a = <<-EOT\n    it's "\n  EOT\n  b = "\${local.a}/«S»/x"\n}\n`,
    `locals {\n  a = <<-EOT\n    it's "\n  EOT\n  b = "\${local.a}/\${var.github_token}/x"\n}\n\nvariable "github_token" {\n  type      = string\n  sensitive = true\n}\n`,
  ],
  [
    'main.tf',
    'the default of a variable',
    `variable "gh" {\n  type    = string\n  default = "«S»"\n}\n`,
    `variable "gh" {\n  type    = string\n  sensitive = true\n}\n`,
  ],
  [
    'main.tf',
    'an attribute that no variable may be called',
    `resource "a" "b" {\n  version = "«S»"\n}\n`,
    `resource "a" "b" {\n  version = var.github_token\n}\n\nvariable "github_token" {\n  type      = string\n  sensitive = true\n}\n`,
  ],
  [
    'main.tf',
    'a choice',
    `locals {\n  a = var.b ? "«S»" : ""\n}\n`,
    `locals {\n  a = var.b ? var.github_token : ""\n}\n\nvariable "github_token" {\n  type      = string\n  sensitive = true\n}\n`,
  ],
  [
    'main.tf',
    'beside an output of something else',
    `resource "a" "b" {\n  token = "«S»"\n}\noutput "id" {\n  value = a.b.id\n}\n`,
    `resource "a" "b" {\n  token = var.token\n}\noutput "id" {\n  value = a.b.id\n}\n\nvariable "token" {\n  type      = string\n  sensitive = true\n}\n`,
  ],
  [
    'main.tf',
    'of one that is sensitive',
    `variable "gh" {\r\n  default   = "«S»"\r\n  sensitive = true\r\n}\r\n`,
    `variable "gh" {\r\n  sensitive = true\r\n}\r\n`,
  ],
  ['prod.tfvars', 'a value for a variable', `a = "x"\ngh_token = "«S»" # mine\nb = 1\n`, `a = "x"\nb = 1\n`],

  [
    'compose.yaml',
    'a value',
    `services:\n  a:\n    environment:\n      GITHUB_TOKEN: «S» # «S»\n`,
    `services:\n  a:\n    environment:\n      GITHUB_TOKEN: \${GITHUB_TOKEN} # «S»\n`,
  ],
  [
    'docker-compose.prod.yml',
    'an entry, CRLF',
    `services:\r\n  a:\r\n    environment:\r\n      - "TOKEN=«S»"\r\n`,
    `services:\r\n  a:\r\n    environment:\r\n      - "TOKEN=\${GITHUB_TOKEN}"\r\n`,
  ],
  [
    'compose.yml',
    'in braces',
    `services: { a: { environment: { TOKEN: «S» } } }\n`,
    `services: { a: { environment: { TOKEN: "\${GITHUB_TOKEN}" } } }\n`,
  ],

  [
    '.github/workflows/ci.yml',
    'a variable',
    `on: push\nenv:\n  GITHUB_TOKEN: '«S»'\n`,
    `on: push\nenv:\n  GITHUB_TOKEN: '\${{ secrets.GH_TOKEN }}'\n`,
  ],
  [
    '.github/workflows/ci.yml',
    'an input',
    `jobs:\n  a:\n    steps:\n      - uses: x/y@v1\n        with: { token: «S» }\n`,
    `jobs:\n  a:\n    steps:\n      - uses: x/y@v1\n        with: { token: "\${{ secrets.GH_TOKEN }}" }\n`,
  ],
  [
    '.github/workflows/ci.yml',
    'a script',
    `jobs:\n  a:\n    steps:\n      - run: |\n          # it's\n          curl -H "Authorization: Bearer «S»" x\n`,
    `jobs:\n  a:\n    steps:\n      - run: |\n          # it's\n          curl -H "Authorization: Bearer \${{ secrets.GH_TOKEN }}" x\n`,
  ],

  [
    'Dockerfile',
    'a command',
    `FROM x\n# it's\nRUN a \\\n  && curl -u "me:«S»" y\nRUN b\n`,
    `FROM x\n# it's\nRUN --mount=type=secret,id=GITHUB_TOKEN,env=GITHUB_TOKEN a \\\n  && curl -u "me:\${GITHUB_TOKEN:?}" y\nRUN b\n`,
  ],
  [
    '.npmrc',
    'a token',
    `; x\r\n//registry.npmjs.org/:_authToken=«S»\r\n`,
    `; x\r\n//registry.npmjs.org/:_authToken=\${GITHUB_AUTH_TOKEN}\r\n`,
  ],
  [
    '.yarnrc.yml',
    'a token',
    `npmScopes:\n  x:\n    npmAuthToken: "«S»" # mine\n`,
    `npmScopes:\n  x:\n    npmAuthToken: "\${NPM_AUTH_TOKEN:-}" # mine\n`,
  ],
  ['.yarnrc.yml', 'in braces', `npmScopes: { x: { npmAuthToken: «S» } }\n`, `npmScopes: { x: { npmAuthToken: "\${NPM_AUTH_TOKEN:-}" } }\n`],
  [
    'requirements/dev.txt',
    'a part of an address',
    `# mine\nx @ git+https://«S»@github.com/x/y.git\n`,
    `# mine\nx @ git+https://\${GITHUB_TOKEN}@github.com/x/y.git\n`,
  ],
  [
    'settings.xml',
    'an element',
    `<settings>\n  <servers>\n    <server>\n      <password>«S»</password>\n`,
    `<settings>\n  <servers>\n    <server>\n      <password>\${env.GITHUB_TOKEN}</password>\n`,
  ],
  [
    'NuGet.Config',
    'an attribute',
    `<configuration>\n  <add key="ClearTextPassword" value="«S»" />\n`,
    `<configuration>\n  <add key="ClearTextPassword" value="%GITHUB_TOKEN%" />\n`,
  ],
  ['src/main/resources/application-prod.yml', 'a value', `shop:\n  github-token: '«S»'\n`, `shop:\n  github-token: '\${GITHUB_TOKEN}'\n`],
  [
    'src/main/resources/application.yml',
    'the default of its variable',
    `shop:\n  a: "\${GITHUB_TOKEN:«S»}/x"\n`,
    `shop:\n  a: "\${GITHUB_TOKEN}/x"\n`,
  ],
  [
    'src/main/resources/application.yml',
    'the default of another name',
    `shop:\n  a: \${github-token:«S»}\n`,
    `shop:\n  a: \${github-token:\${GITHUB_TOKEN}}\n`,
  ],
  ['src/main/resources/application.properties', 'the default of its variable', `a=\${GITHUB_TOKEN:«S»}\n`, `a=\${GITHUB_TOKEN}\n`],
  [
    'src/main/resources/application.yml',
    'one of several documents',
    `\ufeffa: 1\r\n---\r\nshop:\r\n  github-token: «S»\r\n`,
    `\ufeffa: 1\r\n---\r\nshop:\r\n  github-token: \${GITHUB_TOKEN}\r\n`,
  ],
  [
    'src/main/resources/application.properties',
    'a value',
    `! shop\nshop.github-token=«S»\n`,
    `! shop\nshop.github-token=\${GITHUB_TOKEN}\n`,
  ],
  [
    'serverless.yml',
    'a value',
    `provider:\n  environment:\n    GITHUB_TOKEN: «S»\n`,
    `provider:\n  environment:\n    GITHUB_TOKEN: \${env:GITHUB_TOKEN}\n`,
  ],
  ['filebeat.yml', 'a value', `output:\n  x:\n    api_key: "«S»"\n`, `output:\n  x:\n    api_key: "\${GITHUB_API_KEY}"\n`],
  [
    'profiles.yml',
    'a value',
    `shop:\n  outputs:\n    dev: { token: «S» }\n`,
    `shop:\n  outputs:\n    dev: { token: "{{ env_var('DBT_ENV_SECRET_GITHUB_TOKEN') }}" }\n`,
  ],
  [
    'profiles.yml',
    'a value in quotes',
    `shop:\n  outputs:\n    dev:\n      token: '«S»'\n`,
    `shop:\n  outputs:\n    dev:\n      token: "{{ env_var('DBT_ENV_SECRET_GITHUB_TOKEN') }}"\n`,
  ],
  ['.gitlab-ci.yml', 'a variable', `variables:\n  GITHUB_TOKEN: «S»\n`, `variables:\n  GITHUB_TOKEN: \${GITHUB_TOKEN}\n`],
  [
    '.gitlab-ci.yml',
    'a part of a variable, before a letter',
    `variables:\n  GITHUB_TOKEN: «S»_x\n`,
    `variables:\n  GITHUB_TOKEN: \${GITHUB_TOKEN}_x\n`,
  ],
  [
    '.gitlab-ci.yml',
    'the second document',
    `spec:\n  inputs: {}\n---\nvariables:\n  GITHUB_TOKEN: «S»\n`,
    `spec:\n  inputs: {}\n---\nvariables:\n  GITHUB_TOKEN: \${GITHUB_TOKEN}\n`,
  ],
  [
    '.gitlab-ci.yml',
    'a script',
    `job:\n  script:\n    - |\n      # it's\n      curl -H "Authorization: Bearer «S»" x\n`,
    `job:\n  script:\n    - |\n      # it's\n      curl -H "Authorization: Bearer \${GITHUB_TOKEN}" x\n`,
  ],
  [
    '.gitlab-ci.yml',
    'a command',
    `job:\n  before_script:\n    - login -p «S»\n`,
    `job:\n  before_script:\n    - login -p \${GITHUB_TOKEN}\n`,
  ],
  [
    'grafana.ini',
    'a value',
    `[auth.github]\n;x = y\nclient_secret = «S»\n`,
    `[auth.github]\n;x = y\nclient_secret = $__env{GITHUB_CLIENT_SECRET}\n`,
  ],
  [
    'supabase/config.toml',
    'a value',
    `[auth.external.github] # it's\nsecret = "«S»" # mine\n`,
    `[auth.external.github] # it's\nsecret = "env(GITHUB_SECRET)" # mine\n`,
  ],
  [
    '.mcp.json',
    'a variable',
    `{ "mcpServers": { "a": { "env": { "GITHUB_TOKEN": "«S»" } } } }\n`,
    `{ "mcpServers": { "a": { "env": { "GITHUB_TOKEN": "\${GITHUB_TOKEN}" } } } }\n`,
  ],
];

test('each language reads the variable in its own way where the string stood', async () => {
  for (const [path, what, before, expected] of rows) {
    const { after } = await edited(path, before);
    assert.equal(after, expected, `${path}: ${what}`);
  }
});

/** The reason is a part of the sentence. */
const refusals: readonly (readonly [path: string, before: string, why: RegExp])[] = [
  ['a.js', `import x from '«S»';`, /must be known before the program runs/],
  ['a.js', `const a = { '«S»': 1 };`, /must be known/],
  ['a.js', `'«S»';`, /must be known/],
  ['a.js', 'const a = f`«S»`;', /must be known/],
  ['a.js', `const a = 'Bearer «S»';`, /only a part of a string/],
  ['a.js', `// «S»`, /not a string of the program/],
  ['a.js', `const a = '«S»' +;`, /cannot be read: line 1/],
  ['a.ts', `const a = '«S»' as const;`, /must be known/],
  ['a.ts', `enum A { B = '«S»' }`, /must be known/],
  ['a.ts', `type A = '«S»';`, /must be known/],
  ['a.tsx', `export const A = () => <B token="«S»" />;`, /^A program that runs in a browser/],
  ['a.js', `document.querySelector('#a').value = '«S»';`, /^A program that runs in a browser/],
  ['a.ts', `import { createApp } from 'vue';\nconst t = '«S»';`, /^A program that runs in a browser/],
  ['a.py', `f("a" "«S»")`, /must be known/],
  ['a.py', `match x:\n    case "«S»": pass`, /must be known/],
  ['a.py', `f("Bearer «S»")`, /only a part/],
  ['a.py', `x = 1 # "«S»"`, /not a string/],
  ['a.go', `package a\n\nconst (\n\ta = "«S»"\n\tb = "x"\n)\n`, /is a constant/],
  ['a.go', `package a\n\nconst a = "«S»"\nconst b = a + "x"\n`, /is a constant/],
  ['a.go', 'package a\n\nvar a [len("«S»")]byte\n', /must be known/],
  ['a.go', 'package a\n\ntype A struct { B string `«S»` }\n', /must be known/],
  ['a.go', `package a\n\nfunc f() {\n\tconst a = "«S»"\n}\n`, /is a constant/],
  ['a.go', `package a\n\ntype T string\n\nfunc f(t T) { f("«S»") }\n`, /may be of a type of its own/],
  ['a.go', `package a\n\ntype T string\n\nconst a = "«S»"\n\nvar b T = a\n`, /may be of a type of its own/],
  ['a.go', `package a\n\nimport "html/template"\n\nfunc f(h template.HTML) {}\n\nfunc g() { f("«S»") }\n`, /may be of a type of its own/],
  ['a.go', `package a\n\ntype T string\n\nvar o = []struct{ a string; b T }{{"x", "«S»"}}\n`, /may be of a type of its own/],
  ['a.go', `package a\n\ntype T string\n\nfunc f(c chan T) { c <- "«S»" }\n`, /may be of a type of its own/],
  ['a.go', `package a\n\ntype T string\n\nvar m = map[T]int{}\n\nfunc f() int { return m["«S»"] }\n`, /may be of a type of its own/],
  ['a.go', `package a\n\ntype T string\n\nconst a = "«S»"\n\nfunc f() T { return a }\n`, /may be of a type of its own/],
  ['A.java', `@X("«S»") class A {}`, /must be known/],
  ['A.java', `class A { static final String T = "«S»"; @V(T) String a; }`, /must be known/],
  ['A.java', `class A { static final String T = "«S»"; static final String U = "Bearer " + T; @V(U) String a; }`, /must be known/],
  ['A.java', `@interface A { String value() default "«S»"; }`, /must be known/],
  ['A.java', `import android.os.Bundle;\nclass A { String t = "«S»"; }`, /An Android app has no environment/],
  ['a.php', `<?php\nconst T = '«S»';\n`, /must be known/],
  ['a.php', `<?php\nclass A { private $t = '«S»'; }\n`, /must be known/],
  ['a.php', `<?php\nfunction f($t = '«S»') {}\n`, /must be known/],
  ['a.php', `<?php\n$t = "Bearer «S» $x";\n`, /only a part/],
  ['a.kt', `@Api("«S»") fun f() {}`, /must be known/],
  ['a.kt', `const val T = "«S»"\n@Api(T) fun f() {}`, /must be known/],
  ['a.kt', `const val T = "«S»"\nobject A { const val U = "Bearer $T" }`, /must be known/],
  ['a.kt', `const val T = "Bearer " + "«S»"`, /must be known/],
  ['a.kt', `annotation class Api(val token: String = "«S»")`, /must be known/],
  ['a.kt', 'val t = "Bearer «S»"', /only a part/],
  ['a.kt', '// it\'s "«S»"', /not a string/],
  ['a.kt', 'val a = "never closed\nval t = \'«S»', /does not end/],
  ['A.cs', `[Api("«S»")] class A {}`, /must be known/],
  ['A.cs', `class A { void F(string t = "«S»") {} }`, /must be known/],
  ['A.cs', `class A { void F(string t = "Bearer " + "«S»") {} }`, /must be known/],
  ['A.cs', `class A { public const string T = "«S»"; void F(string t = T) {} }`, /must be known/],
  ['A.cs', `class A { public const string T = "Bearer " + "«S»"; }`, /must be known/],
  ['A.cs', `class A { public const string T = "«S»", U = T; }`, /must be known/],
  ['A.cs', `class A { void F() { const string t = "«S»"; } }`, /must be known/],
  ['A.cs', `var t = "«S»"u8;`, /must be known/],
  ['A.cs', `switch (x) { case "«S»": break; }`, /must be known/],
  ['A.cs', `var t = $"Bearer {"«S»"}";`, /only a part/],
  ['a.rs', `const T: &str = "«S»";`, /must be known/],
  ['a.rs', `static T: [&str; 2] = ["a", "«S»"];`, /must be known/],
  ['a.rs', `#[arg(default_value = "«S»")] struct A;`, /must be known/],
  ['a.rs', `fn f() { println!("«S»"); }`, /must be known/],
  ['a.rs', `const C: Config = Config { url: "${'x'.repeat(400)}", t: Some("«S»") };`, /must be known/],
  ['a.rs', `const fn f() -> &'static str { "«S»" }`, /must be known/],
  ['a.rs', `fn f() { match x { "a" | "«S»" => 1, _ => 2 } }`, /must be known/],
  ['a.rs', `fn f() { match x { Some(("a;", "«S»")) if y => 1, _ => 2 } }`, /must be known/],
  ['a.rs', `fn f() { if let Some("«S»") = x {} }`, /must be known/],
  ['a.rs', `fn f() -> [u8; "«S»".len()] { g() }`, /must be known/],
  ['a.rs', `enum A { B = "«S»".len() as isize }`, /must be known/],
  ['a.rs', `type B = A<{ "«S»".len() }>;`, /must be known/],
  ['a.rs', `#![no_std]\nfn f() -> &'static str { "«S»" }`, /No edit of this file/],
  ['a.rs', `fn f() { g(b"«S»"); }`, /only a part/],
  ['a.rb', `f("«S»": 1)`, /must be known/],
  ['a.rb', `f("a" \\\n  "«S»")`, /must be known/],
  ['a.rb', `case x\nin { token: "«S»" } then 1\nend`, /must be known/],
  ['a.rb', `case x\nin "a" | "«S»" then 1\nend`, /must be known/],
  ['a.rb', `case x\nin token: "«S»" then 1\nend`, /must be known/],
  ['a.rb', `case x\nin "a",\n   "«S»"\n  1\nend`, /must be known/],
  ['a.rb', `case x\nin Hash(token: "«S»") then 1\nend`, /must be known/],
  ['a.rb', `x => { token: "«S»" }`, /must be known/],
  ['a.rb', `a = <<~T\n  «S»\nT\n`, /only a part/],
  ['a.rb', `# "«S»"`, /not a string/],
  ['a.sh', `# «S»`, /as it is written/],
  ['a.sh', `cat <<'EOF'\n«S»\nEOF\n`, /as it is written/],
  ['a.sh', `cat <<'the end'\n«S»\nthe end\n`, /as it is written/],
  ['a.sh', `#!/usr/bin/env fish\nset t «S»`, /No edit of this file/],
  ['main.tf', `terraform {\n  backend "http" {\n    password = "«S»"\n  }\n}\n`, /takes no variable/],
  ['main.tf', `# "«S»"\n`, /not a string/],
  ['main.tf', `module "a" {\n  source = "git::https://«S»@example.com/a"\n}\n`, /takes no variable/],
  ['main.tf', `locals {\n  a = { "«S»" = 1 }\n}\n`, /takes no variable/],
  ['main.tf', `resource "a" "«S»" {\n}\n`, /takes no variable/],
  ['main.tf', `resource "a" "b" {\n  lifecycle {\n    ignore_changes = ["«S»"]\n  }\n}\n`, /takes no variable/],
  ['main.tf', `output "a" {\n  value = "«S»"\n}\n`, /shows the output/],
  ['main.tf', `locals {\n  a = "«S»"\n}\noutput "a" { value = local.a }\n`, /shows the output/],
  [
    'main.tf',
    `variable "a" {\n  default = "«S»"\n}\nlocals {\n  b = "x\${var.a}"\n}\noutput "a" {\n  value = local.b\n}\n`,
    /shows the output/,
  ],
  ['main.tf', `resource "a" "b" {\n  for_each = toset(["«S»"])\n}\n`, /names resources after/],
  ['main.tf', `variable "a" {\n  default = "«S»"\n}\nresource "a" "b" {\n  for_each = toset([var.a])\n}\n`, /names resources after/],
  ['main.tf', `resource "a" "b" {\n  provisioner "local-exec" {\n    when = destroy\n    command = "«S»"\n  }\n}\n`, /takes no variable/],
  ['a.tfvars', `a = { b = "«S»" }\n`, /not the whole value/],
  ['compose.yaml', `a: [\n«S»`, /not valid YAML/],
  ['compose.yaml', `a: 1 # «S»\n`, /not a value of the file/],
  ['compose.yaml', `a: [ x«S» ]\n`, /only a part/],
  ['.github/workflows/ci.yml', `jobs:\n  a:\n    if: x == '«S»'\n`, /fills in no secret/],
  ['.github/workflows/ci.yml', `jobs:\n  a:\n    strategy:\n      matrix:\n        env: [«S»]\n`, /fills in no secret/],
  ['.github/workflows/ci.yml', `jobs:\n  env:\n    name: "«S»"\n`, /fills in no secret/],
  ['.bashrc', `export GITHUB_TOKEN=«S»\n`, /^Each new shell reads this file/],
  ['.config/zsh/.zshrc', `export GITHUB_TOKEN=«S»\n`, /^Each new shell reads this file/],
  ['.envrc', `export GITHUB_TOKEN=«S»\n`, /^Each new shell reads this file/],
  ['Dockerfile', `FROM x\nENV TOKEN=«S»\n`, /^Whoever has the image can read what line 2 says/],
  ['Dockerfile', `FROM x\nRUN ["a", "«S»"]\n`, /not in a command that a shell runs/],
  ['Dockerfile', `FROM x\n# «S»\n`, /not in a command/],
  ['a.json', `{"t": "«S»"}`, /holds its values as they are/],
  ['values.yaml', `t: «S»`, /holds its values as they are/],
  ['a.toml', `t = "«S»"`, /holds its values as they are/],
  ['.npmrc', `; «S»\n`, /not a value of the file/],
  ['.npmrc', `a=b ; «S»\n`, /not a value of the file/],
  ['.npmrc', `a=\${B:-«S»}\n`, /only a part/],
  ['.npmrc', `a=b\\«S»\n`, /only a part/],
  ['.yarnrc.yml', `npmAuthToken: "\${A:-«S»}"\n`, /only a part/],
  ['serverless.yml', `a: \${env:A, '«S»'}\n`, /only a part/],
  ['grafana.ini', `a = b ; «S»\n`, /not a value of the file/],
  ['grafana.ini', `«S»\n`, /not a value of the file/],
  ['src/main/resources/application.properties', `«S» = a\n`, /not a value of the file/],
  ['requirements.txt', `x==1 # «S»\n`, /not a value of the file/],
  ['settings.xml', `<settings><server><!-- «S» --></server></settings>`, /not a value of the file/],
  ['settings.xml', `<project><server><password>«S»</password></server></project>`, /holds its values as they are/],
  ['nuget.config', `<configuration>«S»</configuration>`, /not a value of the file/],
  ['application.yml', `a: «S»\n`, /holds its values as they are/],
  ['profiles.yml', `a: «S»\n`, /holds its values as they are/],
  ['profiles.yml', `a:\n  outputs:\n    b: x«S»\n`, /only a part/],
  ['profiles.yml', `a:\n  outputs:\n    b: |-\n      «S»\n    c: d\n`, /only a part/],
  ['.gitlab-ci.yml', `variables:\n  A: { value: «S», expand: false }\n`, /GitLab puts no variable in/],
  ['.gitlab-ci.yml', `a:\n  script: [login -p «S», b]\n`, /only a part/],
  ['.gitlab-ci.yml', `image: «S»\n`, /GitLab puts no variable in/],
  ['.gitlab-ci.yml', `a:\n  script:\n    - login '«S»'\n`, /as it is written/],
  ['.gitlab-ci.yml', `a:\n  script: "login «S»"\n`, /GitLab puts no variable in/],
  ['supabase/config.toml', `a = ["«S»"]\n`, /not a value of the file/],
  ['supabase/config.toml', `a = "x «S»"\n`, /only a part/],
  ['.mcp.json', `{ "a": { "headers": { "Authorization": "«S»" } } }`, /not a value of the file/],
  ['.mcp.json', `{ "a": { "env": { "T": "x«S»" } } }`, /not a value of the file/],
  ['.mcp.json', `{ "env": { "«S»": "" } }`, /not a value of the file/],
  ['a.exs', `t = "«S»"`, /No edit of this file would surely work/],
];

test('a string that no expression can stand for is refused, with the reason', async () => {
  for (const [path, before, why] of refusals) {
    const { result } = await change(path, before);
    assert.ok('refused' in result, `${path}: ${before}`);
    assert.match(format(result.refused), why, `${path}: ${before}`);
  }
});

test('a secret that its file writes in another way than the variable would hold it stays where it is', async () => {
  const written: readonly (readonly [path: string, before: string, secret: string, why: RegExp])[] = [
    ['.npmrc', `//x/:_authToken=«S»\n`, 'a\\;b', /with escapes/],
    ['src/main/resources/application.properties', `a=«S»\n`, 'a\\u0041', /with escapes/],
    ['src/main/resources/application.yml', `a: "«S»"\n`, 'a\\"b', /with escapes/],
    ['compose.yml', `a: '«S»'\n`, "it''s", /with escapes/],
    ['.github/workflows/a.yml', `env:\n  A: |\n    «S»\n`, 'line\n    line', /with escapes/],
    ['settings.xml', `<settings><server><password>«S»</password></server></settings>`, 'a&lt;b', /with escapes/],
    ['.gitlab-ci.yml', `variables:\n  A: "«S»"\n`, 'a$$b', /with escapes/],
    ['.gitlab-ci.yml', `a:\n  script:\n    - login -p "«S»"\n`, 'a\\$b', /with escapes/],
    ['filebeat.yml', `a: "«S»"\n`, 'a,b', /something else than a text/],
    ['filebeat.yml', `a: "«S»"\n`, '00123456', /something else than a text/],
  ];
  for (const [path, before, secret, why] of written) {
    const { result } = await change(path, before, { secret });
    assert.ok('refused' in result, `${path}: ${before}`);
    assert.match(format(result.refused), why, `${path}: ${before}`);
  }
});

test('.env gets the reference in a line of its own, under a name that is free, and loses the secret where it lay there too', async () => {
  const program = `const apiKey = '«S»';\n`;
  const line = 'GITHUB_API_KEY=keystow://github/github_api_key';
  const envAfter = async (env: string) => {
    const { changed } = await edited('a.js', program, { env });
    const changes = [...changed.additions, ...changed.removals.slice(0, -1)];
    return changes.reduce((text, { before, edits }) => {
      assert.equal(text, before);
      return applyEdits(before, edits);
    }, changes[0]?.before ?? env);
  };
  assert.equal(await envAfter(''), `${line}\n`);
  assert.equal(await envAfter('PORT=1'), `PORT=1\n${line}\n`);
  assert.equal(await envAfter('PORT=1\r\n'), `PORT=1\r\n${line}\r\n`);
  assert.equal(await envAfter(`${line}\n`), `${line}\n`);
  assert.equal(await envAfter('GITHUB_API_KEY="«S»"\nB=1\n'), 'GITHUB_API_KEY="keystow://github/github_api_key"\nB=1\n');
  assert.equal(await envAfter('GITHUB_API_KEY=other\n'), 'GITHUB_API_KEY=other\nGITHUB_API_KEY_2=keystow://github/github_api_key_2\n');
});

test('the value that the variable has to hold is the secret, or the whole address that it is a part of', async () => {
  const whole = await edited('a.py', `f("«S»")`);
  assert.deepEqual(whole.changed.values, [whole.secret]);
  const address = await edited('a.py', `f("https://me:«S»@example.com/x")`);
  assert.deepEqual(address.changed.values, [`https://me:${address.secret}@example.com/x`]);
});

test('two secrets in one string of a shell become two variables', async () => {
  const [id, token] = [sampleGitHubToken(), sampleGitHubToken()];
  const text = `login 'a=${id} b=${token}'\n`;
  const wanted = [id, token].map((secret, i) => ({
    place: placeOf(text, secret),
    variable: `TOKEN_${i}`,
    reference: () => `keystow://x/${i}`,
  }));
  const doors = {
    parser: (grammar: Parameters<typeof loadParser>[1]) => loadParser(grammars, grammar),
    workspaceFiles: async () => [],
    envFile: async () => ({ path: '/p/.env', text: '' }),
  };
  const changed = await environmentChange({ path: '/p/a.sh', text, languageId: 'shellscript' }, wanted, doors);
  if ('refused' in changed) assert.fail(format(changed.refused));
  assert.equal(applyEdits(text, changed.edited.edits), `login 'a='"\${TOKEN_0:?}"' b='"\${TOKEN_1:?}"''\n`);
});

test('a Terraform variable that another file of the module declares is left to it', async () => {
  const { result } = await change('main.tf', `a = "«S»"\nb { token = "«S»" }\n`.replace('a = "«S»"\n', ''), {
    others: [{ path: 'variables.tf', text: 'variable "github_token" {}\n' }],
  });
  assert.ok('refused' in result);
  assert.match(format(result.refused), /is declared in variables\.tf already/);
});

test('a Terraform variable of a module that another one uses is left to it, as the environment sets those of the root alone', async () => {
  const uses = (source: string) => [{ path: 'main.tf', text: `module "a" {\n  source = "${source}"\n}\n` }];
  const { result } = await change('modules/a/main.tf', `resource "a" "b" {\n  token = "«S»"\n}\n`, { others: uses('./modules/a') });
  assert.ok('refused' in result);
  assert.match(format(result.refused), /to the root module alone, and main\.tf uses this one/);
  await edited('modules/a/main.tf', `resource "a" "b" {\n  token = "«S»"\n}\n`, { others: uses('./modules/b') });
  const example = `module "all" {\n  source = "../.."\n  token  = "«S»"\n}\n`;
  await edited('examples/all/main.tf', example, { others: [{ path: 'variables.tf', text: 'variable "token" {}\n' }] });
});

test('a string in Go that another package wants as a type of its own stays, and a class of the platform is called by its whole name where another file has one of that name', async () => {
  const others = [
    {
      path: 'lib/lib.go',
      text: 'package lib\n\ntype Token string\n\ntype Client struct{ Key Token }\n\nfunc New(host string, t Token) {}\n',
    },
  ];
  for (const use of ['lib.New("x", "«S»")', 'lib.New("x", "Bearer " + "«S»")', '_ = lib.Client{Key: "«S»"}']) {
    const { result } = await change('a.go', `package main\n\nfunc main() { ${use} }\n`, { others });
    assert.ok('refused' in result, use);
    assert.match(format(result.refused), /may be of a type of its own/);
  }
  await edited('a.go', `package main\n\nfunc main() { lib.New("«S»", "x") }\n`, { others });
  const java = await edited('A.java', `class A { String t = "«S»"; }\n`, { others: [{ path: 'System.java', text: 'class System {}\n' }] });
  assert.match(java.after, /= java\.lang\.System\.getenv/);
});

test('a project in TypeScript that wants brackets for what only might be there gets them', async () => {
  const others = [{ path: 'tsconfig.json', text: '{ "compilerOptions": { "noPropertyAccessFromIndexSignature": true } }' }];
  assert.equal((await edited('a.ts', `f('«S»');\n`, { others })).after, `f(process.env['GITHUB_TOKEN']!);\n`);
  assert.equal((await edited('a.js', `f('«S»');\n`, { others })).after, `f(process.env.GITHUB_TOKEN);\n`);
});

test('a project in C# that checks for null is told that the variable is set', async () => {
  const mark = async (path: string, project: string, text = `class A { string t = "«S»"; }\n`) => {
    const { after } = await edited('src/A.cs', text, { others: [{ path, text: `<Nullable>${project}</Nullable>` }] });
    return /GetEnvironmentVariable\("GITHUB_TOKEN"\)(!?);/.exec(after)?.[1];
  };
  assert.equal(await mark('src/a.csproj', 'enable'), '!');
  assert.equal(await mark('Directory.Build.props', 'enable'), '!');
  assert.equal(await mark('src/a.csproj', 'disable'), '');
  assert.equal(await mark('tools/a.csproj', 'enable'), '');
  assert.equal(await mark('src/a.csproj', 'enable', `#nullable disable\nclass A { string t = "«S»"; }\n`), '');
});

test('a constant in Go that another file of its package names stays one', async () => {
  const program = 'package a\n\nconst token = "«S»"\n';
  const besides = (path: string) => change('a.go', program, { others: [{ path, text: 'package a\n\nconst url = "https://" + token\n' }] });
  const { result } = await besides('b.go');
  assert.ok('refused' in result);
  assert.match(format(result.refused), /is a constant/);
  assert.ok(!('refused' in (await besides('other/b.go')).result));
});

test('a constant that an annotation, a case or a default value of another file is made of stays one', async () => {
  const constants: readonly (readonly [path: string, text: string, other: string, text: string])[] = [
    ['Keys.java', 'class Keys { static final String TOKEN = "«S»"; }', 'A.java', 'class A { @V(Keys.TOKEN) String a; }'],
    ['Keys.kt', 'object Keys { const val TOKEN = "«S»" }', 'A.kt', '@Api("Bearer ${Keys.TOKEN}") fun f() {}'],
    ['Keys.cs', 'class Keys { public const string Token = "«S»"; }', 'A.cs', 'class A { void F(string a = Keys.Token) {} }'],
  ];
  for (const [path, text, other, by] of constants) {
    const beside = async (name: string, content: string) => (await change(path, text, { others: [{ path: name, text: content }] })).result;
    const result = await beside(other, by);
    assert.ok('refused' in result, path);
    assert.match(format(result.refused), /must be known/);
    assert.ok(!('refused' in (await beside(other, by.replace(/TOKEN|Token/, 'OTHER')))), 'another name');
    assert.ok(!('refused' in (await beside('a.txt', by))), 'no program of this language');
  }
});

test('where the .env file wins over the environment, nothing is offered', async () => {
  const { result } = await change('a.py', `f("«S»")`, { others: [{ path: 'b.py', text: 'load_dotenv(override=True)\n' }] });
  assert.ok('refused' in result);
  assert.match(format(result.refused), /^Line 1 of b\.py lets the \.env file win/);
});

/** What an edited program prints when it is started with its variable set, by a tool of this machine. */
function printed(path: string, text: string, secret: string, command: readonly [string, ...string[]]): string {
  writeFileSync(join(folder, path), text);
  const [program, ...args] = command;
  const { stdout, stderr, status, error } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, GITHUB_TOKEN: secret },
  });
  assert.equal(status, 0, error?.message ?? stderr);
  return stdout.trim();
}

test('edited programs run and get their secret', async () => {
  const programs: readonly (readonly [string, string, readonly [string, ...string[]]])[] = [
    ['a.mjs', 'console.log(`${"«S»"}`);\n', [process.execPath, 'a.mjs']],
    ['a.ts', `const token: string = '«S»';\nconsole.log(token);\n`, [process.execPath, 'a.ts']],
    ['a.sh', `printf '%s\\n' 'x' > /dev/null\nf() { printf "%s" "$1"; }\nf «S»\n`, ['bash', 'a.sh']],
    ['c.sh', `printf '%s' '{"token":"«S»"}' | cut -d'"' -f4\n`, ['sh', 'c.sh']],
    ['b.sh', `cat <<EOF\n«S»\nEOF\n`, ['sh', 'b.sh']],
    ['a.py', `"""About."""\nfrom __future__ import annotations\nprint(f"{'«S»'}")\n`, ['python3', 'a.py']],
  ];
  for (const [path, before, command] of programs) {
    const { after, secret } = await edited(path, before);
    assert.ok(!after.includes('«S»'), after);
    assert.equal(printed(path, after, secret, command), secret, path);
  }
});

test('npm sends a registry what the variable holds', async () => {
  const { after, secret } = await edited('.npmrc', '//«R»/:_authToken=«S»\n');
  const sent: (string | undefined)[] = [];
  const registry = createServer((request, response) => {
    sent.push(request.headers.authorization);
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await once(registry.listen(0, '127.0.0.1'), 'listening');
  try {
    const host = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
    writeFileSync(join(folder, 'package.json'), '{}');
    writeFileSync(join(folder, '.npmrc'), after.replace('«R»', host));
    const env = { ...process.env, GITHUB_AUTH_TOKEN: secret, npm_config_cache: join(folder, 'npm') };
    await promisify(execFile)(process.execPath, [process.env.npm_execpath!, 'ping', '--registry', `http://${host}/`], { cwd: folder, env });
  } finally {
    registry.close();
  }
  assert.deepEqual([...new Set(sent)], [`Bearer ${secret}`]);
});

test('a variable is called as its text calls it where that says enough, else as the provider’s tools do', () => {
  const called = (line: string, rule = 'stripe-secret-key') =>
    variableFor(`a\n${line}`, { start: line.length + 2, end: line.length + 3, value: 'x' }, rule);
  const names: readonly (readonly [string, string, string?])[] = [
    [`const stripeKey = '`, 'STRIPE_KEY'],
    [`  "stripe-api-key": "`, 'STRIPE_API_KEY'],
    [`private static final String PAYMENT_SECRET = "`, 'PAYMENT_SECRET'],
    [`token := "`, 'STRIPE_TOKEN'],
    [`var apiToken string = "`, 'STRIPE_API_TOKEN'],
    [`define('DB_PASSWORD', '`, 'DB_PASSWORD'],
    [`api_key => '`, 'STRIPE_API_KEY'],
    [`const x: Foo<string> = '`, 'STRIPE_SECRET_KEY'],
    [`connect('`, 'DATABASE_URL', 'database-url-password'],
    [`PATH="`, 'STRIPE_SECRET_KEY'],
    [`f("`, 'OPENAI_API_KEY', 'openai-key'],
    [`f("`, 'HF_TOKEN', 'huggingface-token'],
    [`f("`, 'GITHUB_TOKEN', 'github-fine-grained-token'],
    [`f("`, 'PRIVATE_KEY', 'private-key'],
    [`HTTPServerToken = "`, 'HTTP_SERVER_TOKEN'],
  ];
  for (const [line, expected, rule] of names) assert.equal(called(line, rule), expected, line);
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs of other languages are written here
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { parse } from 'yaml';
import { readers } from '../../src/detect/comment-places/languages.ts';
import type { Others } from '../../src/detect/comment-places/reading.ts';
import { detect } from '../../src/detect/detect.ts';
import { ignoreComment } from '../../src/detect/ignore-comment.ts';
import { sampleGitHubToken } from '../sample-keys.ts';

const secret = sampleGitHubToken('ignore');

/** A text with `●` for the secret, and what the comment says as the text has it. */
const filled = (marked: string): string => marked.replace('●', secret);

interface Written {
  readonly before: string;
  readonly after: string;
  readonly covers: string | undefined;
}

/** A text before and after its finding is ignored; the same where it cannot be. */
function ignored(file: string, marked: string, languageId = 'plaintext'): Written {
  const before = filled(marked);
  const start = before.indexOf(secret);
  const comment = ignoreComment({ path: `/home/me/app/${file}`, languageId }, before, { start, end: start + secret.length });
  const { offset = 0, insert = '', covers } = comment ?? {};
  return { before, after: before.slice(0, offset) + insert + before.slice(offset), covers };
}

/** Each text has the comment that is expected between ‹ and ›. */
function expectComments(covers: string, cases: readonly (readonly [file: string, marked: string])[]): void {
  for (const [file, marked] of cases) {
    const got = ignored(file, marked.replace(/‹[^›]*›/, ''));
    assert.deepEqual([file, got.after, got.covers], [file, filled(marked.replace(/[‹›]/g, '')), covers]);
    assert.equal(detect(got.before, { file }).length, 1, file);
    assert.deepEqual([file, detect(got.after, { file })], [file, []]);
  }
}

test('"Ignore this line" writes a comment in the file’s own syntax, which detect honours', () => {
  expectComments('line', [
    ['app.ts', "const token = '●';‹ // keystow:ignore›\r\nf();\r\n"],
    ['app.py', 'token = "●"‹ # keystow:ignore›'],
    ['app.py', '‹# keystow:ignore\n›token = "●" \\\n  "x"\n'],
    ['.env', '‹# keystow:ignore\n›TOKEN=●\n'],
    ['.env.local', 'A="1"\r\n‹# keystow:ignore\r\n›TOKEN=●\r\n'],
    ['credentials', '[default]\n‹# keystow:ignore\n›token = ●\n'],
    ['config', '‹# keystow:ignore\n›token = ●\n'],
    ['web.config', '<a>\n‹  <!-- keystow:ignore -->\n›  <add value="●"/>\n</a>\n'],
    ['query.sql', "select '●';‹ -- keystow:ignore›\n"],
    ['php.ini', '‹; keystow:ignore\n›token = ●\n'],
    ['.pypirc', '[pypi]\n‹# keystow:ignore\n›password = ●\n'],
    ['requirements.txt', '‹# keystow:ignore\n›git+https://●@github.com/a/b.git\n'],
    ['.editorconfig', '[*]\n‹# keystow:ignore\n›token = ●\n'],
    ['crontab', '‹# keystow:ignore\n›0 * * * * curl -H "Authorization: ●" https://example.com\n'],
    ['.pgpass', '‹# keystow:ignore\n›db.shop.io:5432:main:app:●\n'],
    ['.htaccess', '‹# keystow:ignore\n›SetEnv TOKEN ●\n'],
    ['shop.service', '[Service]\n‹# keystow:ignore\n›Environment=TOKEN=●\n'],
    ['.git-credentials', '‹# keystow:ignore\n›https://me:●@github.com\n'],
    ['Dockerfile', '‹# keystow:ignore\n›ENV TOKEN=●\n'],
    ['Containerfile', 'ENV A=1 \\\n‹  # keystow:ignore\n›  TOKEN=●\n'],
    ['Gemfile', "source 'https://me:●@example.com'‹ # keystow:ignore›\n"],
    ['Makefile', '‹# keystow:ignore\n›TOKEN = ●\n'],
    ['CMakeLists.txt', 'set(TOKEN "●")‹ # keystow:ignore›\n'],
    ['run.ps1', '‹# keystow:ignore\n›f -Key "●" `\n  -Other 1\n'],
    ['macro.vbs', '‹\' keystow:ignore\n›f "●", _\n  1\n'],
    ['run.bat', '‹REM keystow:ignore\n›set TOKEN=●\n'],
    ['module.vb', 'Dim token = "●"‹ \' keystow:ignore›\n'],
    ['core.clj', '(def token "●")‹ ; keystow:ignore›\n'],
    ['paper.tex', '\\token{●}‹ % keystow:ignore›\n'],
    ['style.css', 'a { b: "●"; }‹ /* keystow:ignore */›\n'],
    // nothing of what is made of a template changes
    ['mail.hbs', 'token: ●‹{{!-- keystow:ignore --}}›\n'],
    ['chart.j2', 'token: ●‹{# keystow:ignore #}›\n'],
    ['list.yml', 'tokens:\n- a\n‹# keystow:ignore\n›- ●\n'],
    ['list.yml', 'a: |\n  text\n‹# keystow:ignore\n›b: ●\n'],
    ['list.yml', '- a: |\n    text\n‹  # keystow:ignore\n›  b: ●\n'],
    ['list.yml', 'key:\n‹  # keystow:ignore\n›  ●\n'],
  ]);
  const byLanguage = ignored('Untitled-1', "const token = '●';\n", 'typescript');
  assert.equal(byLanguage.after, filled("const token = '●'; // keystow:ignore\n"));
  for (const file of ['app.json', 'notes.txt', 'keys.csv', 'LICENSE']) assert.equal(ignored(file, 'token: ●\n').covers, undefined);
});

test('in a page a script, a style and PHP have their own comments', () => {
  const page = '<template>\n</template>\n<script setup>\n';
  expectComments('line', [
    ['App.vue', `${page}const t = '●';‹ // keystow:ignore›\n</script>\n`],
    ['index.html', `${page}const t = '●';‹ // keystow:ignore›\n</script>\n`],
    ['App.vue', `${page}</script>\n‹<!-- keystow:ignore -->\n›<p>●</p>\n`],
    ['App.vue', '<style lang="scss">\na: \'●\';‹ /* keystow:ignore */›\n</style>\n'],
    ['index.php', "<?php\n$x = '<?xml ?>';\n$t = '●';‹ // keystow:ignore›\n"],
    ['index.php', "<?php\n‹// keystow:ignore\n›$t = '●'; ?>\n"],
    ['index.php', '<?php f(); ?>\n‹<!-- keystow:ignore -->\n›<p>●</p>\n'],
    ['index.php', "<?php $t = '●';‹ // keystow:ignore›\n"],
  ]);
});

test('a comment is no part of a string of several lines: it stands before the statement, and counts for all of the string', () => {
  expectComments('value', [
    ['app.py', '‹# keystow:ignore\n›text = """\n●\n"""\n'],
    ['app.py', "if a:\n‹    # keystow:ignore\n›    text = f('''\n\"\"\"\n●\n''')\n"],
    ['app.js', '‹// keystow:ignore\n›const text = `\n  ${f(`\n  x`)}\n  ●\n`;\n'],
    ['app.tsx', '‹// keystow:ignore\n›const text = `\n<p>\n●\n`;\n'],
    ['App.vue', '<script>\n‹// keystow:ignore\n›const text = `\n●\nx`;\n</script>\n'],
    ['app.go', '‹// keystow:ignore\n›text := `\n●\n`\n'],
    ['App.java', '‹// keystow:ignore\n›String text = """\n  ●\n  """;\n'],
    ['App.kt', '‹// keystow:ignore\n›val text = """\n  ●\n  """\n'],
    ['build.gradle', "‹// keystow:ignore\n›text = '''\n  ●\n  '''\n"],
    ['App.swift', '‹// keystow:ignore\n›let text = #"""\n"""\n●\n"""#\n'],
    ['app.dart', "‹// keystow:ignore\n›var text = '''\n●\n''';\n"],
    ['App.cs', '‹// keystow:ignore\n›var text = @"\n""\\\n●\n";\n'],
    ['App.fs', '‹// keystow:ignore\n›let text = "\n●\n"\n'],
    ['app.rs', '‹// keystow:ignore\n›fn f<\'a>() -> &\'a str { r#"\n"\n●\n"# }\n'],
    ['app.cpp', '‹// keystow:ignore\n›auto text = R"x(\n)"\n●\n)x";\n'],
    ['app.rb', '‹# keystow:ignore\n›text = <<~EOS\n  ●\nEOS\n'],
    ['app.rb', '‹# keystow:ignore\n›text = <<~A + <<~B\n  a\nA\n  ●\nB\n'],
    ['app.rb', '‹# keystow:ignore\n›text = %q(\n  ●\n)\n'],
    ['app.pl', '‹# keystow:ignore\n›my $text = q{\n  ●\n};\n'],
    ['app.php', '<?php\n‹// keystow:ignore\n›$text = <<<EOT\n  ●\n  EOT;\n'],
    ['app.r', '‹# keystow:ignore\n›text <- r"(\n●\n)"\n'],
    ['app.jl', '‹# keystow:ignore\n›text = "\n●\n"\n'],
    ['app.ex', '‹# keystow:ignore\n›text = """\n●\n"""\n'],
    ['main.tf', '‹# keystow:ignore\n›text = <<-EOT\n  ●\n  EOT\n'],
    ['flake.nix', "‹# keystow:ignore\n›text = ''\n  ''${x}\n  ●\n'';\n"],
    ['run.ps1', '‹# keystow:ignore\n›$text = @"\n●\n"@\n'],
    ['run.sh', "‹# keystow:ignore\n›cat >file <<'EOF'\nit’s\n●\nEOF\n"],
    ['run.sh', "‹# keystow:ignore\n›text='\n●\n'\n"],
    ['Dockerfile', 'FROM x\n‹# keystow:ignore\n›RUN <<EOF\n●\nEOF\n'],
    ['Makefile', '‹# keystow:ignore\n›define TEXT\n●\nendef\n'],
    ['.env', "‹# keystow:ignore\n›TEXT='a\n●\n'\n"],
    ['Cargo.toml', '‹# keystow:ignore\n›text = """\n●\n"""\n'],
    ['query.sql', "‹-- keystow:ignore\n›insert into t values ('\n●\n');\n"],
    ['app.lua', '‹-- keystow:ignore\n›text = [[\n●\n]]\n'],
    ['core.clj', '‹; keystow:ignore\n›(def text "\n●\n")\n'],
    ['paper.tex', '‹% keystow:ignore\n›\\begin{verbatim}\n●\n\\end{verbatim}\n'],
    ['map.yml', 'data:\n‹  # keystow:ignore\n›  config: |\n    # not a comment\n    ●\n  other: x\n'],
    ['map.yml', '‹# keystow:ignore\n›- run: >-\n    x\n\n    ●\n'],
    ['map.yml', '‹# keystow:ignore\n›a: [x, "y\n  ●"]\n'],
    ['map.yml', '‹# keystow:ignore\n›--- |\n●\n'],
    ['map.yml', '‹# keystow:ignore\n›a: "x\n  ●"\n'],
    ['map.yml', '‹# keystow:ignore\n›a: x\n  ●\n'],
    ['map.xml', '<a>\n‹  <!-- keystow:ignore -->\n›  <b><![CDATA[\n●\n]]></b>\n</a>\n'],
    ['map.xml', '<a>\n‹<!-- keystow:ignore -->\n›<b>\n●\n</b>\n</a>\n'],
    // and so it is with a tag, and with what a page shows as it is written
    ['index.html', '<p>\n‹<!-- keystow:ignore -->\n›<a title="a > b"\n  href="●">x</a>\n'],
    ['index.html', '‹<!-- keystow:ignore -->\n›<pre>\n●</pre>\n'],
    ['index.html', '‹<!-- keystow:ignore -->\n›<!--\n●\n-->\n'],
    ['index.html', '‹<!-- keystow:ignore -->\n›<script type="application/ld+json">\n{ "token": "●" }\n</script>\n'],
    ['style.css', '‹/* keystow:ignore */\n›/*\n●\n*/\n'],
  ]);
});

test('a string that begins far before has the comment behind its end; where that is far too, there is none', () => {
  const long = 'a line of a long text\n'.repeat(200);
  expectComments('value', [
    ['app.py', `text = f("""\n${long}●\n""")‹ # keystow:ignore›\n`],
    ['app.js', `const text = \`\n${long}●\n\`;‹ // keystow:ignore›\n`],
  ]);
  for (const [file, marked] of [
    ['app.py', `text = """\n${long}●\n${long}"""\n`],
    ['app.py', `text = """\n${long}●\n""" + f(\n""")\n""")\n`],
    ['app.go', `text := \`\n${long}●\n\` + other +\n\tmore\n`],
    ['run.sh', `cat <<EOF\n${long}●\n\`date\`\nEOF\n`],
  ] as const)
    assert.equal(ignored(file, marked).covers, undefined, marked.slice(-40));
});

test('a cell of a notebook is in one language or another', () => {
  const { after, covers } = ignored('notes.ipynb', 'text = """\n●\n"""\n', 'python');
  assert.deepEqual([after, covers], [filled('# keystow:ignore\ntext = """\n●\n"""\n'), 'value']);
});

test('it stands behind the line that such a string ends on, and before the one that it begins on', () => {
  expectComments('line', [
    ['app.py', 'text = """\n●"""‹ # keystow:ignore›\n'],
    ['app.py', '‹# keystow:ignore\n›text = """●\n"""\n'],
    ['app.js', 'const text = `\n●`;‹ // keystow:ignore›\n'],
    ['app.js', "const text = /`/, other = '●';‹ // keystow:ignore›\n"],
    ['app.js', '/** `x\n * ●‹ // keystow:ignore›\n */\n'],
    ['app.py', "# it's ''' a comment\ntoken = '●'‹ # keystow:ignore›\n"],
    ['run.sh', "echo it\\'s ${#a} # '\n‹# keystow:ignore\n›TOKEN=●\n"],
  ]);
});

test('where a comment would be shown, or would end a statement, none is offered', () => {
  for (const [file, marked] of [
    ['App.tsx', 'return (\n  <p>\n    ●\n  </p>\n);\n'],
    ['App.jsx', 'return <p>\n  {x}, it’s ●\n  </p>;\n'],
    ['run.sh', 'env \\\n  TOKEN=● x\n'],
    ['run.ps1', 'f `\n  -Key "●" `\n  -Other 1\n'],
    ['run.bat', 'call x ^\r\n  TOKEN=●\r\n'],
    ['map.xml', '<?xml version="1.0"?><a>\n●\n</a>\n'],
    // in MySQL the string goes on, elsewhere it is over
    ['query.sql', "select 'a\\';\nselect '\n●';\n"],
  ] as const) {
    assert.deepEqual([file, ignored(file, marked).covers], [file, undefined]);
  }
  expectComments('line', [
    ['App.tsx', 'return (\n  <p\n    title="●"‹ // keystow:ignore›\n  >\n    x\n  </p>\n);\n'],
    ['App.tsx', 'return (\n‹  // keystow:ignore\n›  <p title="●">\n    x\n  </p>\n);\n'],
    ['App.tsx', "const f = <T,>(x: T) => x;\nconst a = <p>it’s {f('`')}</p>;\nconst b = '●';‹ // keystow:ignore›\n"],
  ]);
});

test('a program and a file mean the same with the comment', () => {
  const script = (text: string): unknown => JSON.stringify(runInNewContext(`${text}; text`));
  const shell = (text: string): string => execFileSync('bash', ['-c', `${text}\nprintf %s "$text"`], { encoding: 'utf8' });
  const same: readonly (readonly [file: string, marked: string, meaning: (text: string) => unknown])[] = [
    ['app.js', 'const text = `\n●\n`', script],
    ['app.js', 'const text = `\n●`\n', script],
    ['app.js', 'const text = [`${`\n●`}`,\n`\n`]\n', script],
    ['app.js', 'if (1) /`/.test("a");\nconst text = `\n●`\n', script],
    ['app.js', 'const a = (1 + 1) / 2; const text = `\n/ ●`\n', script],
    ['run.sh', 'text="$(cat <<\'EOF\'\nit\'s "\n●\nEOF\n)"\n', shell],
    ['run.sh', 'text="${none:-its}\n$(echo "a # \'")●"\n', shell],
    ['run.sh', "echo $((1 << 2))\ntext='\n●\n'\n", shell],
    ['map.yml', 'a:\n  - b: |\n      # x\n      ●\n    c: d\n', parse],
    ['map.yml', 'a:\n  - b: >\n\n      ●\n\n  - d\n', parse],
    ['map.yml', 'a: x\n  y\n\n  ●\nb: c\n', parse],
    ['map.yml', "a: 'x\n\n  ●'\nb: c\n", parse],
    ['map.yml', '- - |\n   ●\n  - b\n', parse],
    ['map.yml', '"a: b": |2\n    ●\n  x\nb: c\n', parse],
  ];
  for (const [file, marked, meaning] of same) {
    const { before, after } = ignored(file, marked);
    assert.notEqual(after, before, marked);
    assert.deepEqual([marked, meaning(after)], [marked, meaning(before)]);
  }
});

test('the comment before a string of several lines counts for nothing behind the string', () => {
  const line = `token = "${secret}"\n`;
  assert.equal(detect(`# keystow:ignore\ntext = """\n"""\n${line}`, { file: 'app.py' }).length, 1);
  assert.equal(detect(`# keystow:ignore\ntext = "it's"\n${line}`, { file: 'app.py' }).length, 1);
  assert.equal(detect(`# keystow:ignore\na: |\n  b\nc: ${secret}\n`, { file: 'a.yml' }).length, 1);
  assert.equal(detect(`# keystow:ignore\n\ntext = """\n${line}"""\n`, { file: 'app.py' }).length, 1, 'it stands right before it');
  const mistaken = [
    ['run.sh', `A=\${x%%'"'*}`],
    ['app.rb', 'x <<CONST'],
    ['main.tf', `a = "it's \${lookup(x, "<<EOF")}"`],
    ['Dockerfile', 'RUN echo $((1<<A))'],
    ['run.sh', "cat <<'END'\nit’s\nEND"],
  ] as const;
  for (const [file, statement] of mistaken) {
    assert.equal(detect(`# keystow:ignore\n${statement}\n${line}`, { file }).length, 1, `${statement} does not go on`);
  }
});

test('the comment may stand behind the header of a block of YAML, and speaks of that block', () => {
  const rest = `  b\n\n\n  ${secret}\nc: ${secret}\n`;
  for (const header of ['a: |', 'a: >-', 'a: !x |2', '- |']) {
    assert.equal(detect(`${header} # keystow:ignore\n${rest}`, { file: 'a.yml' }).length, 1, header);
  }
  assert.equal(detect(`a: b | # keystow:ignore\n${rest}`, { file: 'a.yml' }).length, 2, 'no header');
  for (const begin of ['', '\n', '\n\n  b\n']) {
    for (const header of ['a: |', 'a: !!str |', '- |']) {
      assert.equal(detect(`${header} # keystow:ignore\n${begin}  ${secret}\nc: ${secret}\n`, { file: 'a.yml' }).length, 1, header + begin);
    }
  }
});

test('a longer word is no ignore comment', () => {
  const line = `token = "${secret}"`;
  for (const word of ['keystow:ignored', 'keystow:ignore-me', 'keystow:ignore_all']) {
    const texts = [`${line} # ${word}`, `# ${word}\n${line}`, `# ${word}\nx = """\n\n${line}\n"""`, `a: | # ${word}\n  b\n\n  ${line}`];
    for (const text of texts) assert.equal(detect(text, { file: text.startsWith('a:') ? 'a.yml' : 'app.py' }).length, 1, text);
  }
  for (const comment of ['keystow:ignore: a sample', '<!--keystow:ignore-->']) assert.deepEqual(detect(`${line} ${comment}`), []);
});

test('a string has to end not far behind, and code in it is no end', () => {
  const hiddenIn = (file: string, text: string): boolean => detect(text, { file }).length === 0;
  for (const length of [100, 3000]) {
    const code = 'x + '.repeat(length);
    assert.equal(hiddenIn('a.js', `// keystow:ignore\nx = \`\n${secret}\n\${\n${code}1}\`\n`), length === 100);
    assert.equal(hiddenIn('a.sh', `# keystow:ignore\nx="\n${secret}\n$(\n${code})"\n`), length === 100);
  }
});

test('a string behind a comment may hold other comments, but not any number of them', () => {
  const hiddenBy = (comments: number): boolean => {
    const text = `# keystow:ignore\nx = """\n\n${secret}\n${'x = 1  # keystow:ignore\n'.repeat(comments)}"""\n`;
    return detect(text, { file: 'app.py' }).length === 0;
  };
  assert.deepEqual([0, 7, 9].map(hiddenBy), [true, true, false]);
});

test('what begins with a tag or by its column goes on, however far off its end is', () => {
  const long = 'a line of a long text\n'.repeat(200);
  for (const [file, text] of [
    ['a.yml', `# keystow:ignore\na: |\n  ${long.replaceAll('\n', '\n  ')}`],
    ['a.xml', `<!-- keystow:ignore -->\n<a>\n${long}</a>\n`],
  ] as const) {
    const [head, rest] = [text.slice(0, 300), text.slice(300)];
    const at = head.lastIndexOf('\n');
    assert.deepEqual([file, detect(`${head.slice(0, at)} ${secret}${head.slice(at)}${rest}`, { file })], [file, []]);
  }
  assert.equal(detect(`# keystow:ignore\na = """\n${secret}\n\n${secret}\n${long}"""\n`, { file: 'a.py' }).length, 2);
});

test('in a block of code of a Markdown file the comment is that of its language, or stands before the block', () => {
  expectComments('line', [
    ['README.md', '# Title\n\n‹  <!-- keystow:ignore -->\n›  token: ●\n'],
    ['README.md', "```ts\nconst token = '●';‹ // keystow:ignore›\n```\n"],
    ['README.md', '```yaml\n‹  # keystow:ignore\n›  token: ●\n```\n'],
    ['README.md', '```json\n{}\n```\n\n~~~~ python\n~~~\ntoken = "●"‹ # keystow:ignore›\n'],
    ['README.md', '```json\n{}\n```\n‹<!-- keystow:ignore -->\n›token: ●\n'],
    // in a block quote, and in one within another
    ['README.md', '> Text\n>\n‹>   <!-- keystow:ignore -->\n›>   token: ●\n'],
    ['README.md', '‹> >   <!-- keystow:ignore -->\n›> >   token: ●\n'],
    ['README.md', "> ```ts\n> const token = '●';‹ // keystow:ignore›\n"],
    ['README.md', '> ```yaml\n‹>   # keystow:ignore\n›>   token: ●\n'],
    // a block of code that is not ended ends with the quote
    ['README.md', '> ```json\n> {\n\n‹<!-- keystow:ignore -->\n›token: ●\n'],
    ['README.md', "> ```json\n\n```ts\nconst token = '●';‹ // keystow:ignore›\n"],
    ['README.md', '> ```json\n> {\n‹<!-- keystow:ignore -->\n›token: ●\n'],
    // what it begins with is YAML, a row belongs to its table, and an item of a list is no code
    ['README.md', '---\n‹# keystow:ignore\n›token: ●\n---\n'],
    ['README.md', '---\na: b\n---\n‹<!-- keystow:ignore -->\n›token: ●\n'],
    ['README.md', '| a |\n|---|\n| ● |‹ <!-- keystow:ignore -->›\n| b |\n'],
    ['README.md', 'a | b\n--|--\n● | c‹ <!-- keystow:ignore -->›\n'],
    ['README.md', '1. a\n2. ●‹ <!-- keystow:ignore -->›\n3. b\n'],
    ['README.md', '- a\n\n‹    <!-- keystow:ignore -->\n›    token: ●\n'],
  ]);
  expectComments('block', [
    ['README.md', 'Text\n‹<!-- keystow:ignore -->\n›```json\n{\n  "token": "●"\n'],
    ['README.md', '- Text\n\n‹  <!-- keystow:ignore -->\n›  ```\n  token: ●\n'],
    ['README.md', '‹> <!-- keystow:ignore -->\n›> ```json\n> {\n>   "token": "●"\n'],
    ['README.md', '‹> <!-- keystow:ignore -->\r\n›> ```json\r\n> {\r\n>   "token": "●"\r\n'],
    ['README.md', '‹<!-- keystow:ignore -->\n›```yaml\na: |\n  ●\n```\n'],
  ]);
  for (const code of ['Text\n\n    a\n    token: ●\n', '- a\n\n      token: ●\n']) {
    assert.equal(ignored('README.md', code).covers, undefined, 'code by its indent shows each comment');
  }
  const tooFar = ignored('README.md', `\`\`\`json\n${'[],\n'.repeat(500)}"●"\n`);
  assert.equal(tooFar.covers, undefined, 'too far for the comment to be found');
  const quote = '<!-- keystow:ignore -->\n> ```\n> {}\n';
  const token = `  token: '${secret}'`;
  assert.deepEqual([detect(`${quote}> ${token}`).length, detect(quote + token).length, detect(quote + token.trim()).length], [0, 1, 1]);
  const ended = `<!-- keystow:ignore -->\n\`\`\`json\n{}\n\`\`\`\n${token}`;
  assert.equal(detect(ended).length, 1, 'the comment counts for its block alone');
  assert.equal(detect(`<!-- keystow:ignore -->\n\n\`\`\`json\n${token}`).length, 1);
});

const pieces = [
  '"',
  "'",
  '`',
  '"""',
  '${',
  '$(',
  '}',
  ')',
  '<a>',
  '</a>',
  '/*',
  '*/',
  '=/[',
  '<<A\n',
  '\nA\n',
  '[[',
  ']]',
  'a: |\n ',
  '- "b',
  '<!--',
  '-->',
  '<pre>',
  '</pre',
  "\\'",
  '\\"""',
  '\\',
  '\\\n',
  '=/[\\\n',
  '"$(<<A)',
  '##"',
];

test('one place after another is told of as if all before it were read anew', () => {
  for (const [language, read] of Object.entries(readers)) {
    for (const first of pieces) {
      for (const second of pieces) {
        const text = `x ${first}\n${second} x ${first}${second}\n x ${second}\n${first}`;
        const reading = read(text, 0);
        for (let at = 0; at <= text.length; at++)
          assert.deepEqual(reading.placeAt(at), read(text, 0).placeAt(at), `${language} ${at} of ${JSON.stringify(text)}`);
      }
    }
  }
});

test('where a value ends is the same, whatever was read from other comments before', () => {
  let ended = 0;
  for (const [language, read] of Object.entries(readers)) {
    for (const first of pieces) {
      for (const second of pieces) {
        const unit = `#\nx="${first}\n${second} x ${first}\n`;
        const text = `${unit.repeat(3)}${second}\n${unit.repeat(3)}${' '.repeat(300)}`;
        const lines = [...text.matchAll(/#\n/g)].map(({ index }) => index + 2);
        const shared: Pick<Others, 'steps' | 'unended'> = { steps: new Map(), unended: new Map() };
        for (const from of lines) {
          const jointBehind = (place: number) => lines.find((one) => one > place) ?? text.length;
          const others = { start: 0, jointBehind, ...shared };
          const line = text.indexOf('\n', from) + 1;
          for (const stop of [line + 1, line + 20, text.length - 250]) {
            const [together, alone] = [read(text, from, others), read(text, from)];
            const { value } = together.placeAt(line);
            alone.placeAt(line);
            if (value === undefined) continue;
            const isOver = together.isOver(stop);
            assert.equal(isOver, alone.isOver(stop), `${language} ${from} to ${stop} of ${JSON.stringify(text)}`);
            if (isOver) ended++;
          }
        }
      }
    }
  }
  assert.ok(ended > 1000, `${ended} ended only`);
});

test('a comment is found for the last of many lines as fast as for the first, whatever stands before', () => {
  const spent = (work: () => void) => {
    const before = process.cpuUsage();
    work();
    return process.cpuUsage(before).user;
  };
  const markdown = () => ignored('README.md', `${'> ```json\n> x\n'.repeat(40_000)}x: ●`);
  assert.ok(spent(markdown) < 500_000);
  const repeated = [
    '"',
    "'",
    '`',
    '"a\\',
    "'\\",
    '/',
    '=/[',
    '<<A\n',
    '"""',
    '${',
    '`${',
    '{',
    '<a ',
    '=<a>',
    '<!--',
    '/*',
    '#',
    'r"(',
    '$a$',
    '[[',
    '- ',
    'a: |\n',
    'a: "',
    "x='",
  ];
  for (const [language, read] of Object.entries(readers)) {
    for (const piece of repeated) {
      for (const text of [piece, `${piece}\n`].map((one) => one.repeat(4000))) {
        assert.ok(spent(() => read(text, 0).placeAt(text.length)) < 100_000, `${language} ${piece}`);
      }
    }
  }
});

// Prints the milliseconds that `require` of a file takes in this process, where every name of the editor's API is there and does nothing, and where those of
// Node's own modules that the file asks for are loaded already, as they are in an extension host.
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';

const anything = new Proxy(class {}, {
  get: (target, name) => (name === 'prototype' ? target.prototype : name === Symbol.toPrimitive ? () => '' : anything),
  apply: () => anything,
});
const { _load } = Module;
Module._load = (name, ...more) => (name === 'vscode' ? anything : _load(name, ...more));

const require = createRequire(import.meta.url);
const file = process.argv[2];
for (const [, name] of readFileSync(file, 'utf8').matchAll(/require\("(node:[\w/]+)"\)/g)) require(name);
const began = performance.now();
require(file);
console.log(performance.now() - began);

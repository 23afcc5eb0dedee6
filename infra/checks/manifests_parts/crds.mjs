// Checks documents whose kinds are not Kubernetes' own: by their schemas, which let unknown fields pass, and by their types,
// which do not. Takes the documents as JSON on standard input; prints [[index, what is wrong], …].

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const packages = {
  'gateway.networking.k8s.io/v1': 'gateway-api',
  'external-secrets.io/v1': 'external-secrets',
  'networking.gke.io/v1': 'gke',
};

const modules = process.argv[2];
const beside = join(modules, '..', 'documents.mts');
const require = createRequire(pathToFileURL(beside));
const ts = require('typescript');

/** The module of a kind, or nothing. */
function specifier({ apiVersion, kind }) {
  const name = packages[apiVersion];
  return name && `@kubernetes-models/${name}/${apiVersion}/${kind}`;
}

async function schemaErrors(document) {
  const file = pathToFileURL(join(modules, `${specifier(document)}.js`)).href;
  try {
    // Some of the packages are of the older kind, whose exports are in `default`.
    const module = await import(file);
    const Kind = module[document.kind] ?? module.default[document.kind];
    new Kind(document).validate();
    return [];
  } catch (error) {
    return [error.message];
  }
}

/** What the compiler says when each document is assigned to its type, a line each. */
function typeErrors(documents) {
  const line = (document) =>
    `export const _: import(${JSON.stringify(specifier(document))}).I${document.kind} = ${JSON.stringify(document)};`;
  const source = documents.map((one, index) => line(one).replace('const _', `const _${index}`)).join('\n');
  const options = {
    strict: true, noEmit: true, skipLibCheck: true, types: [],
    target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (file) => file === beside || fileExists(file);
  host.readFile = (file) => (file === beside ? source : readFile(file));
  host.getSourceFile = (file, ...rest) =>
    file === beside ? ts.createSourceFile(file, source, ts.ScriptTarget.ES2022) : getSourceFile(file, ...rest);
  const program = ts.createProgram([beside], options, host);
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
    if (diagnostic.file?.fileName !== beside) throw new Error(text);
    return [diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start).line, text];
  });
}

const documents = JSON.parse(readFileSync(0, 'utf8'));
const wrong = [];
const known = [];
for (const [index, document] of documents.entries()) {
  if (specifier(document)) {
    known.push(index);
    for (const text of await schemaErrors(document)) wrong.push([index, text]);
  } else {
    wrong.push([index, `no schema is known for ${document.apiVersion} ${document.kind}`]);
  }
}
for (const [line, text] of typeErrors(known.map((index) => documents[index]))) wrong.push([known[line], text]);
console.log(JSON.stringify(wrong));

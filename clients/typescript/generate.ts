/** Prints src/schema.ts for the OpenAPI document on standard input. */

import process from "node:process";
import { text } from "node:stream/consumers";
import openapiTS, { astToString, type OpenAPI3 } from "openapi-typescript";

interface Operation {
  parameters?: { in: string; name: string }[];
  responses: Record<string, unknown>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, unknown>;
}

const document: Document = JSON.parse(await text(process.stdin));
const takeKey: string[] = [];
for (const [path, operations] of Object.entries(document.paths)) {
  // Apps need no other paths.
  if (!path.startsWith("/api/")) {
    delete document.paths[path];
    continue;
  }
  for (const [method, operation] of Object.entries(operations)) {
    // Every other response is a Problem, or a 304 to a header that the client never sends.
    for (const status of Object.keys(operation.responses)) {
      if (!status.startsWith("2")) delete operation.responses[status];
    }
    operation.parameters = operation.parameters?.filter((parameter) => parameter.name !== undefined) ?? [];
    if (operation.parameters.some((parameter) => parameter.name === "Idempotency-Key")) {
      takeKey.push(`${method.toUpperCase()} ${path}`);
    }
  }
}
delete document.components["responses"];
delete document.components["parameters"];

process.stdout.write(`\
// Generated from services/marketplace/openapi.json by clients/typescript/check --write.

${astToString(await openapiTS(document as unknown as OpenAPI3))}
/** The operations that take an idempotency key. */
export const KEYED_OPERATIONS: ReadonlySet<string> = new Set(${JSON.stringify(takeKey, null, 4)});
`);

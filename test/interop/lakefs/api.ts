import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { parse } from "yaml";
import type { Sent } from "../published-clients.ts";
import { publishedSpecs } from "../published-specs.ts";

/** A JSON schema, as OpenAPI 3.0 has it. */
export type Schema = { readonly [key: string]: unknown };

/** What a request may carry, and what it is answered. */
export interface Operation {
  readonly query: readonly string[];
  readonly body?: Schema | "bytes";
  readonly answers: { readonly [status: string]: Schema | "bytes" | null };
}

const text = { type: "string" };
const integer = { type: "integer" };
const texts = { type: "object", additionalProperties: text };
const record = (properties: Schema, required: readonly string[] = Object.keys(properties)): Schema => ({
  type: "object",
  properties,
  required,
});
const page = (item: Schema): Schema =>
  record({
    pagination: record({ has_more: { type: "boolean" }, next_offset: text, results: integer, max_per_page: integer }),
    results: { type: "array", items: item },
  });
const strict = (schema: Schema): Schema => ({ ...schema, additionalProperties: false });

const ref = record({ id: text, commit_id: text });
const error = record({ message: text });
const commit = record(
  {
    id: text,
    parents: { type: "array", items: text },
    committer: text,
    message: text,
    creation_date: integer,
    meta_range_id: text,
    metadata: texts,
  },
  ["id", "parents", "committer", "message", "creation_date", "meta_range_id"],
);
const difference = record(
  {
    type: { enum: ["added", "removed", "changed", "conflict", "prefix_changed"] },
    path: text,
    path_type: { enum: ["common_prefix", "object"] },
    size_bytes: integer,
  },
  ["type", "path", "path_type"],
);
const object = record(
  {
    checksum: text,
    physical_address: text,
    path: text,
    path_type: { enum: ["common_prefix", "object"] },
    mtime: integer,
    size_bytes: integer,
  },
  ["checksum", "physical_address", "path", "path_type", "mtime"],
);
const paging = ["after", "amount", "prefix"];

/** The part of lakeFS's API that the client speaks, in our own words; requests strict, answers open. */
const spoken: { readonly [operation: string]: Operation } = {
  "GET /branches": { query: paging, answers: { 200: page(ref), 404: error } },
  "POST /branches": {
    query: [],
    body: strict(record({ name: text, source: text })),
    answers: { 201: "bytes", 404: error, 409: error },
  },
  "GET /branches/{branch}": { query: [], answers: { 200: ref, 404: error } },
  "DELETE /branches/{branch}": { query: [], answers: { 204: null, 404: error } },
  "POST /branches/{branch}/commits": {
    query: [],
    body: strict(record({ message: text, metadata: texts, allow_empty: { type: "boolean" } })),
    answers: { 201: commit, 400: error, 409: error, 412: error },
  },
  "GET /tags": { query: paging, answers: { 200: page(ref) } },
  "POST /tags": { query: [], body: strict(record({ id: text, ref: text })), answers: { 201: ref, 409: error } },
  "GET /refs/{ref}/commits": { query: ["after", "amount"], answers: { 200: page(commit), 404: error } },
  "GET /refs/{leftRef}/diff/{rightRef}": { query: paging, answers: { 200: page(difference), 404: error } },
  "POST /refs/{sourceRef}/merge/{destinationBranch}": {
    query: [],
    body: strict(record({ message: text, strategy: { enum: ["dest-wins", "source-wins"] } }, [])),
    answers: { 200: record({ reference: text }), 409: record({ reference: text }), 412: error, 404: error },
  },
  "POST /branches/{branch}/objects": {
    query: ["path"],
    body: "bytes",
    answers: { 201: object, 404: error, 412: error },
  },
  "DELETE /branches/{branch}/objects": { query: ["path"], answers: { 204: null, 404: error } },
  "GET /refs/{ref}/objects": { query: ["path"], answers: { 200: "bytes", 404: error } },
  "GET /refs/{ref}/objects/stat": { query: ["path"], answers: { 200: object, 404: error } },
  "GET /refs/{ref}/objects/ls": { query: paging, answers: { 200: page(object), 404: error } },
};

/** The models that the published client has for requests and answers. */
const models: { readonly [operation: string]: readonly [request: string | undefined, answer: string | undefined] } = {
  "GET /branches": [undefined, "RefList"],
  "POST /branches": ["BranchCreation", undefined],
  "GET /branches/{branch}": [undefined, "Ref"],
  "POST /branches/{branch}/commits": ["CommitCreation", "Commit"],
  "GET /tags": [undefined, "RefList"],
  "POST /tags": ["TagCreation", "Ref"],
  "GET /refs/{ref}/commits": [undefined, "CommitList"],
  "GET /refs/{leftRef}/diff/{rightRef}": [undefined, "DiffList"],
  "POST /refs/{sourceRef}/merge/{destinationBranch}": ["Merge", "MergeResult"],
  "POST /branches/{branch}/objects": [undefined, "ObjectStats"],
  "GET /refs/{ref}/objects/stat": [undefined, "ObjectStats"],
  "GET /refs/{ref}/objects/ls": [undefined, "ObjectStatsList"],
};

interface Published {
  readonly document: Schema;
  readonly paths: { readonly [path: string]: { readonly [method: string]: Schema } };
}

function published(): Published | undefined {
  const folder = publishedSpecs("lakefs");
  if (folder === undefined) return undefined;
  const document = parse(readFileSync(`${folder}/swagger.yml`, "utf8")) as Published["document"] &
    Pick<Published, "paths">;
  return { document, paths: document.paths };
}

/** Judges what passes between client and server: by our description, and by the published document where it is at hand. */
export class LakeFsApi {
  readonly #ajv = new Ajv({ strict: false, validateFormats: false });
  readonly #published = published();
  readonly faults: string[] = [];
  /** What passed, as models of the published client. */
  readonly sent: Sent[] = [];

  constructor() {
    if (this.#published !== undefined) this.#ajv.addSchema(this.#published.document, "lakefs");
  }

  /** The operation of a request, with its path's parameters. */
  match(method: string, path: string): { readonly name: string; readonly params: readonly string[] } | undefined {
    const below = /^\/api\/v1\/repositories\/shop(\/.*)$/.exec(path)?.[1];
    if (below === undefined) return undefined;
    for (const name of Object.keys(spoken)) {
      const [verb, template = ""] = name.split(" ");
      const found = new RegExp(`^${template.replaceAll(/\{\w+\}/g, "([^/]+)")}$`).exec(below);
      if (verb === method && found !== null) return { name, params: found.slice(1).map(decodeURIComponent) };
    }
    return undefined;
  }

  request(name: string, query: readonly string[], body: Uint8Array): void {
    const operation = spoken[name];
    for (const key of query) if (operation?.query.includes(key) !== true) this.faults.push(`${name}: unknown ${key}`);
    if (typeof operation?.body === "object") this.#judge(`${name}, request`, operation.body, jsonOf(body));
    else if (operation?.body === undefined && body.length > 0) this.faults.push(`${name}: a body`);
    this.#note(models[name]?.[0], body);
    const there = this.#operationOf(name);
    if (there === undefined) return;
    const known = there.parameters.map(({ name: parameter }) => parameter);
    for (const key of query) if (!known.includes(key)) this.faults.push(`${name}: the document has no ${key}`);
    const type = operation?.body === "bytes" ? "application/octet-stream" : "application/json";
    if (operation?.body !== undefined && !("requestBody" in there.operation))
      this.faults.push(`${name}: no body there`);
    if (typeof operation?.body === "object")
      this.#byDocument(name, ["requestBody", "content", type, "schema"], jsonOf(body));
  }

  answer(name: string, status: number, body: Uint8Array): void {
    const answers = spoken[name]?.answers ?? {};
    const schema = answers[status];
    if (schema === undefined) this.faults.push(`${name}: no answer ${status}`);
    if (typeof schema !== "object" || schema === null) return;
    this.#judge(`${name}, answer ${status}`, schema, jsonOf(body));
    this.#note(schema === error ? "Error" : models[name]?.[1], body);
    if (this.#operationOf(name) === undefined || status === 404 || status >= 400) return;
    this.#byDocument(name, ["responses", String(status), "content", "application/json", "schema"], jsonOf(body));
  }

  #note(model: string | undefined, body: Uint8Array): void {
    if (model !== undefined) this.sent.push({ tool: "lakefs", model, body: jsonOf(body) });
  }

  #operationOf(name: string) {
    if (this.#published === undefined) return undefined;
    const [method = "", template = ""] = name.split(" ");
    const path = this.#published.paths[`/repositories/{repository}${template}`];
    const operation = path?.[method.toLowerCase()];
    if (path === undefined || operation === undefined) throw new Error(`the published document has no ${name}`);
    const listed = [
      ...((path["parameters"] ?? []) as unknown as Schema[]),
      ...((operation["parameters"] ?? []) as Schema[]),
    ];
    const parameters = listed.map((parameter) => this.#resolved(parameter) as { readonly name: string });
    return { operation, parameters };
  }

  #resolved(parameter: Schema): Schema {
    const pointer = parameter["$ref"];
    if (typeof pointer !== "string") return parameter;
    return pointer
      .slice(2)
      .split("/")
      .reduce((at, key) => at[key] as Schema, this.#published?.document ?? {});
  }

  #byDocument(name: string, below: readonly string[], value: unknown): void {
    const [method = "", template = ""] = name.split(" ");
    const steps = ["paths", `/repositories/{repository}${template}`, method.toLowerCase(), ...below];
    const pointer = steps.map((step) => encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
    this.#judge(`${name} by the document`, { $ref: `lakefs#/${pointer}` }, value);
  }

  #judge(what: string, schema: Schema, value: unknown): void {
    const valid = this.#ajv.compile(schema);
    if (valid(value) !== true) this.faults.push(`${what}: ${this.#ajv.errorsText(valid.errors)}`);
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

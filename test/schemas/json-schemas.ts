import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

const folder = new URL("../../schemas/", import.meta.url);

/** A schema's text as data. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Every schema of the package by its name: `alert` for `schemas/alert.schema.json`. */
export const schemas: ReadonlyMap<string, JsonSchema> = new Map(
  readdirSync(folder)
    .sort()
    .map((file) => [file.replace(/\.schema\.json$/, ""), JSON.parse(readFileSync(new URL(file, folder), "utf8"))]),
);

/** A strict validator of each schema by its name. */
export const validators: ReadonlyMap<string, ValidateFunction> = compile();

/** What is wrong with a record; empty when nothing is. */
export function faults(name: string, record: unknown): string {
  const validate = validators.get(name);
  if (validate === undefined) return `there is no schema "${name}"`;
  if (validate(record)) return "";
  return (validate.errors ?? []).map(({ instancePath, message }) => `${name}${instancePath} ${message}`).join("; ");
}

function compile(): Map<string, ValidateFunction> {
  // A `then` names members that stand beside it, a nullable member has two types, and outcomes have two columns and more: all meant.
  const meant = { strictRequired: false, allowUnionTypes: true, strictTuples: false } as const;
  const ajv = new Ajv2020({ strict: true, ...meant, allErrors: true });
  for (const schema of schemas.values()) ajv.addSchema(schema);
  return new Map([...schemas.keys()].map((name) => [name, required(ajv.getSchema(`${name}.schema.json`), name)]));
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the schema "${name}" has another $id than its file's name`);
  return value;
}

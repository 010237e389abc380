import type { DatasetDefinition } from "../contracts/dataset-definition.ts";
import type { JsonValue } from "../core/canonical-json.ts";
import { canonicalJson } from "../core/canonical-json.ts";
import type { ColumnTypes } from "../core/cell-type.ts";
import type { Digest } from "../core/digest.ts";
import { SluiceError } from "../core/errors.ts";
import { storedRecord } from "../core/stored-json.ts";
import { schemaFields } from "./schema/schema-field.ts";
import { checkRules, fieldRules } from "./schema/schema-rules.ts";

/** Everything that decides what a dataset accepts, as JSON: what the schema's digest is taken over. */
export type DefinitionRecord = { readonly [part: string]: JsonValue };

/** The {@link DefinitionRecord} of a definition without its digest. */
export function definitionRecord(definition: Omit<DatasetDefinition, "schemaDigest">): DefinitionRecord {
  const fields = schemaFields(definition.name, definition.schema);
  const checks: { [name: string]: JsonValue } = {};
  definition.checks.forEach((check, i) => {
    checks[`${i + 1}. ${check.check}(${check.columns.join(", ")})`] = {
      severity: check.severity,
      params: check.params,
    };
  });
  return {
    columns: columnList(definition.columns),
    rules: Object.fromEntries(fields.map((field) => [field.name, fieldRules(field)])),
    rowRules: checkRules(definition.schema._zod.def.checks),
    eventTime: definition.eventTime,
    knownTime: definition.knownTime ?? null,
    id: definition.id ?? null,
    checks,
  };
}

function columnList(columns: ColumnTypes): { [name: string]: JsonValue } {
  return Object.fromEntries(
    Object.entries(columns).map(([name, type], i) => [
      name,
      `${i + 1}: ${type.tag}${type.size === undefined ? "" : ` of ${type.size}`}${type.nullable ? ", nullable" : ""}`,
    ]),
  );
}

/** A record as it is stored: canonical JSON with the format's version, which is no part of the schema's digest. */
export function definitionText(record: DefinitionRecord): string {
  return canonicalJson({ schema: 1, ...record });
}

/** What a dataset's name stands for in a workspace. */
export interface StoredDefinition {
  readonly schemaDigest: Digest | string;
  /** As {@link definitionText} writes it. */
  readonly definition: string;
}

/** A record as {@link definitionText} stored it under a dataset's name. Errors: `metadata/corrupt`. */
export function storedDefinition(name: string, text: string): DefinitionRecord {
  return storedRecord(text, { table: "data_definition", row: name }, "schema");
}

/** Throws `definition/conflict`, saying what differs, unless the definition is the one that is stored under its name. */
export function requireSameDefinition(
  name: string,
  record: DefinitionRecord,
  schemaDigest: Digest,
  stored: StoredDefinition | undefined,
): void {
  if (stored === undefined || stored.schemaDigest === schemaDigest) return;
  const { schema: _schema, ...before }: DefinitionRecord = storedDefinition(name, stored.definition);
  throw new SluiceError("definition/conflict", {
    found: `another definition of dataset "${name}": ${differences(before, record).join("; ")}`,
    expected: "the definition under which its versions were committed",
    fix: "Use the committed definition, or give the new one another name.",
  });
}

/** What differs between two records, one sentence a difference. */
function differences(before: DefinitionRecord, after: DefinitionRecord): string[] {
  const found: string[] = [];
  for (const part of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const old = before[part];
    const now = after[part];
    if (textOf(old) === textOf(now)) continue;
    if (!isRecord(old) || !isRecord(now)) {
      found.push(`${part} was ${textOf(old)}, is ${textOf(now)}`);
      continue;
    }
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
      if (textOf(old[key]) !== textOf(now[key]))
        found.push(`${part} ${key} was ${textOf(old[key])}, is ${textOf(now[key])}`);
    }
  }
  return found;
}

function isRecord(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: JsonValue | undefined): string {
  return value === undefined ? "not there" : canonicalJson(value);
}

import type { CellTag, ColumnTypes } from "../../core/cell-type.ts";
import { type Digest, digestOfJson } from "../../core/digest.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import type { ExpressionNode } from "../../contracts/expression.ts";
import type { AliasBody, ViewDefinition, WindowedBody, WindowFrame } from "../../contracts/feature-definition.ts";
import { expressionGraph } from "./expression-graph.ts";
import { keyColumn } from "./key-column.ts";
import { kernelVersion } from "../kernel/kernel.ts";

/** The version of the rules in this folder: windows, known times, statuses. A change of meaning is a new number: since 2 known times before the event stand as they are. */
const semantics = 2;

/** The digest of what a windowed view means. */
export function windowedViewHash(body: WindowedBody): Digest {
  return digestOfJson(windowedMeaning(body));
}

/** The digest of what an on-demand view means: its expressions, its request fields and the hashes of what it takes. */
export function onDemandViewHash(
  inputs: readonly ViewDefinition[],
  request: ColumnTypes,
  expressions: { readonly [name: string]: ExpressionNode },
): Digest {
  return digestOfJson(onDemandMeaning(inputs, request, expressions));
}

/** The digest of what an alias means: the view it is of, and what it is read by. */
export function aliasHash(body: AliasBody): Digest {
  return digestOfJson(aliasMeaning(body));
}

/** What a view means, as JSON: its hash is the digest of it. */
export function viewMeaning({ body, request }: ViewDefinition): JsonValue {
  if (body.kind === "windowed") return windowedMeaning(body);
  return body.kind === "alias" ? aliasMeaning(body) : onDemandMeaning(body.inputs, request, body.expressions);
}

/** Names of view and entities, and descriptions, are no part of it. */
function windowedMeaning(body: WindowedBody): JsonValue {
  const windows: { [name: string]: JsonValue } = {};
  for (const [name, window] of Object.entries(body.windows)) {
    windows[name] = {
      aggregate: window.aggregate,
      column: window.column ?? null,
      ...(window.p !== undefined && { p: window.p }),
      ...(window.k !== undefined && { k: window.k }),
      ...frameMeaning(window.window),
    };
  }
  return {
    semantics,
    kernel: kernelVersion,
    kind: "windowed",
    source: {
      name: body.source.name,
      schema: body.source.schemaDigest,
      eventTime: body.source.eventTime,
      knownTime: body.source.knownTime ?? null,
    },
    keys: body.entities.flatMap(({ keys }) =>
      typesAsJson(keys).map((key) => {
        const column = keyColumn(body, key.name);
        return column === key.name ? key : { ...key, column };
      }),
    ),
    ttlMs: body.ttlMs === Number.POSITIVE_INFINITY ? null : body.ttlMs,
    knownDelayMs: body.knownDelayMs,
    windows,
    latest: { ...body.latest },
  };
}

function frameMeaning(frame: WindowFrame): { readonly [name: string]: JsonValue } {
  switch (frame.kind) {
    case "sawtooth":
      return { overMs: frame.overMs, hopMs: frame.hopMs };
    case "tumbling":
      return { tumbling: { sizeMs: frame.sizeMs, offsetMs: frame.offsetMs } };
    case "session":
      return { session: { gapMs: frame.gapMs, maxMs: frame.maxMs, keepMs: frame.keepMs } };
  }
}

/** The names of features are those of the view: they are here to be read. */
function aliasMeaning({ of, keys }: AliasBody): JsonValue {
  const features = Object.keys(of.features).sort();
  return { semantics, kernel: kernelVersion, kind: "alias", of: of.hash, keys: { ...keys }, features };
}

function onDemandMeaning(
  inputs: readonly ViewDefinition[],
  request: ColumnTypes,
  expressions: { readonly [name: string]: ExpressionNode },
): JsonValue {
  return {
    semantics,
    kernel: kernelVersion,
    kind: "onDemand",
    inputs: inputs.map((view) => ({ name: view.name, hash: view.hash })),
    request: typesAsJson(request),
    expressions: expressionGraph(expressions),
  };
}

/** Names and types in order, as JSON. */
export function typesAsJson(
  types: ColumnTypes,
): { readonly name: string; readonly tag: CellTag; readonly nullable: boolean; readonly size?: number }[] {
  return Object.entries(types).map(([name, type]) => ({
    name,
    tag: type.tag,
    nullable: type.nullable,
    ...(type.size !== undefined && { size: type.size }),
  }));
}

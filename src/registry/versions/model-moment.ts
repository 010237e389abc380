import type { VersionKind } from "../../contracts/model-version.ts";
import { compiledStatement } from "../../ledger/compiled-statement.ts";
import type { SignedText } from "../../ledger/signed-record.ts";
import type { RegistrySql, RegistryTables } from "../tables.ts";
import type { ModelCounters } from "./model-row.ts";
import { blockOf } from "./standing-blocks.ts";
import type { TransitionTarget } from "./transition-target.ts";
import type { VersionKey } from "./version-key.ts";

type VersionRow = RegistryTables["registry_version"];

/** A version and what stands around it, read in one statement: of one moment, whatever others write. Nothing of it is verified. */
export interface ModelMoment extends ModelCounters {
  readonly row: VersionRow;
  /** As it is signed; `undefined` where the model has none. */
  readonly standing: SignedText | undefined;
  /** The text of the standing's block that the version belongs to; `null` = there is none. */
  readonly block: string | null;
  /** Where the registry's own aliases point; `null` = nowhere. */
  readonly champion: number | null;
  readonly challenger: number | null;
  /** The version that the alias `champion` points at. */
  readonly championRow: VersionRow | undefined;
  /** The first and the last version in production: one and the same, or `null` where none is. */
  readonly inProduction: readonly [number | null, number | null];
  /** The newest candidate that is another version. */
  readonly otherCandidate: number | null;
  /** The digest of the policy in force for what the version is; `null` before the first. */
  readonly policy: string | null;
  /** Whether anybody has approved the transition, on whatever evidence. */
  readonly approved: boolean;
}

/** Reads a {@link ModelMoment} before a transition; `undefined` where there is no such version. */
export async function readMoment(
  sql: RegistrySql,
  { name, version }: VersionKey,
  to: TransitionTarget,
): Promise<ModelMoment | undefined> {
  const [found] = await selectMoment(sql, name, version, blockOf(version), to);
  if (found === undefined) return undefined;
  const { m_revision, m_versions, m_last_ms, s_body, s_key_id, s_signature, ...rest } = found;
  const { champion, challenger, firstInProduction, lastInProduction, otherCandidate, policy, approver, ...others } =
    rest;
  const { block, ...rows } = others;
  return {
    revision: m_revision ?? 0,
    versions: m_versions ?? 0,
    lastMs: m_last_ms ?? 0,
    row: rowOf(rows),
    standing:
      s_body === null || s_key_id === null || s_signature === null
        ? undefined
        : { body: s_body, key_id: s_key_id, signature: s_signature },
    block,
    champion,
    challenger,
    championRow: championRowOf(rows),
    inProduction: [firstInProduction, lastInProduction],
    otherCandidate,
    policy,
    approved: approver !== null,
  };
}

type Rows = VersionRow & { readonly [Column in keyof VersionRow as `c_${Column}`]: VersionRow[Column] | null };

function rowOf(rows: Rows): VersionRow {
  const { model, version, body, key_id, signature, stage, revision, certificate, kind, author, registered_ms } = rows;
  return { model, version, body, key_id, signature, stage, revision, certificate, kind, author, registered_ms };
}

function championRowOf(rows: Rows): VersionRow | undefined {
  const { c_model, c_version, c_body, c_key_id, c_signature, c_stage, c_revision } = rows;
  if (c_model === null || c_version === null || c_body === null || c_key_id === null) return undefined;
  if (c_signature === null || c_stage === null || c_revision === null) return undefined;
  return {
    model: c_model,
    version: c_version,
    body: c_body,
    key_id: c_key_id,
    signature: c_signature,
    stage: c_stage,
    revision: c_revision,
    certificate: rows.c_certificate,
    kind: rows.c_kind,
    author: rows.c_author,
    registered_ms: rows.c_registered_ms,
  };
}

const plainModel: VersionKind = "model";

const around = [
  ...(["m.revision as m_revision", "m.versions as m_versions", "m.last_ms as m_last_ms"] as const),
  ...(["s.body as s_body", "s.key_id as s_key_id", "s.signature as s_signature", "d.body as block"] as const),
  ...(["a.version as champion", "b.version as challenger"] as const),
  ...(["c.model as c_model", "c.version as c_version", "c.body as c_body", "c.key_id as c_key_id"] as const),
  ...(["c.signature as c_signature", "c.stage as c_stage", "c.revision as c_revision"] as const),
  ...(["c.certificate as c_certificate", "c.kind as c_kind", "c.author as c_author"] as const),
  "c.registered_ms as c_registered_ms",
] as const;

const selectMoment = compiledStatement((sql: RegistrySql, model: string, version: number, block: number, to: string) =>
  sql
    .selectFrom("registry_version as v")
    .leftJoin("registry_model as m", "m.model", "v.model")
    .leftJoin("registry_standing as s", "s.model", "v.model")
    .leftJoin("registry_alias as a", (join) => join.onRef("a.model", "=", "v.model").on("a.alias", "=", "champion"))
    .leftJoin("registry_alias as b", (join) => join.onRef("b.model", "=", "v.model").on("b.alias", "=", "challenger"))
    .leftJoin("registry_version as c", (join) =>
      join.onRef("c.model", "=", "a.model").onRef("c.version", "=", "a.version"),
    )
    .leftJoin("registry_standing_block as d", (join) => join.onRef("d.model", "=", "v.model").on("d.block", "=", block))
    .selectAll("v")
    .select(around)
    .select((e) => {
      const inStage = (stage: string, direction: "asc" | "desc") =>
        e
          .selectFrom("registry_version as p")
          .select("p.version")
          .whereRef("p.model", "=", "v.model")
          .where("p.stage", "=", stage)
          .orderBy("p.version", direction)
          .limit(1);
      return [
        inStage("production", "asc").as("firstInProduction"),
        inStage("production", "desc").as("lastInProduction"),
        inStage("candidate", "desc").whereRef("p.version", "!=", "v.version").as("otherCandidate"),
        e
          .selectFrom("registry_policy as q")
          .select("q.digest")
          .where((w) =>
            w.or([w("q.scope", "=", w.ref("v.kind")), w.and([w("v.kind", "is", null), w("q.scope", "=", plainModel)])]),
          )
          .orderBy("q.position", "desc")
          .limit(1)
          .as("policy"),
        e
          .selectFrom("registry_approval as r")
          .select("r.approver")
          .whereRef("r.model", "=", "v.model")
          .whereRef("r.version", "=", "v.version")
          .where("r.to_stage", "=", to)
          .limit(1)
          .as("approver"),
      ];
    })
    .where("v.model", "=", model)
    .where("v.version", "=", version),
);

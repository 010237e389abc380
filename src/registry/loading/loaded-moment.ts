import { compiledStatement } from "../../ledger/compiled-statement.ts";
import type { SignedText } from "../../ledger/signed-record.ts";
import type { RegistrySql, RegistryTables } from "../tables.ts";
import type { ModelCounters } from "../versions/model-row.ts";
import { versionsPerBlock } from "../versions/standing-blocks.ts";
import type { KnownRecords } from "./verified-record.ts";

type VersionRow = RegistryTables["registry_version"];

/** What a version is loaded by, read in one statement. Nothing of it is verified. */
export interface LoadedMoment extends ModelCounters {
  /** The version that was asked for; `undefined` = there is none. */
  readonly row: VersionRow | undefined;
  readonly records: KnownRecords;
  /** Whether the alias `champion` points at it, and it alone is in production. */
  readonly reigns: boolean;
}

/** Reads the {@link LoadedMoment} of a version, or of the one that the alias `champion` points at. */
export async function readLoaded(sql: RegistrySql, model: string, version: number | "champion"): Promise<LoadedMoment> {
  const [found] = await (version === "champion" ? selectChampion(sql, model) : selectVersion(sql, model, version));
  if (found === undefined) return { revision: 0, versions: 0, lastMs: 0, row: undefined, records: none, reigns: false };
  const { m_revision, m_versions, m_last_ms, champion, first, last, stage } = found;
  return {
    revision: m_revision,
    versions: m_versions,
    lastMs: m_last_ms,
    row: rowOf(found),
    records: {
      standing: signedText(found.s_body, found.s_key_id, found.s_signature),
      block: found.block ?? undefined,
      certificate: signedText(found.t_body, found.t_key_id, found.t_signature),
    },
    reigns: stage === "production" && champion === found.version && first === champion && last === champion,
  };
}

const none: KnownRecords = { standing: undefined, block: undefined, certificate: undefined };

function signedText(body: string | null, key_id: string | null, signature: string | null): SignedText | undefined {
  return body === null || key_id === null || signature === null ? undefined : { body, key_id, signature };
}

function rowOf(found: { readonly [Column in keyof VersionRow]: VersionRow[Column] | null }): VersionRow | undefined {
  const { model, version, body, key_id, signature, stage, revision, certificate, kind, author, registered_ms } = found;
  if (model === null || version === null || body === null || key_id === null) return undefined;
  if (signature === null || stage === null || revision === null) return undefined;
  return { model, version, body, key_id, signature, stage, revision, certificate, kind, author, registered_ms };
}

const selectChampion = compiledStatement((sql: RegistrySql, model: string) => momentOf(sql, model));
const selectVersion = compiledStatement((sql: RegistrySql, model: string, version: number) =>
  momentOf(sql, model, version),
);

/** The statement; without a number, of the version that the alias `champion` points at. */
function momentOf(sql: RegistrySql, model: string, version?: number) {
  return sql
    .selectFrom("registry_model as m")
    .leftJoin("registry_standing as s", "s.model", "m.model")
    .leftJoin("registry_alias as a", (join) => join.onRef("a.model", "=", "m.model").on("a.alias", "=", "champion"))
    .leftJoin("registry_version as v", (join) =>
      join
        .onRef("v.model", "=", "m.model")
        .on((e) => e("v.version", "=", version === undefined ? e.ref("a.version") : e.val(version))),
    )
    .leftJoin("registry_standing_block as b", (join) =>
      join
        .onRef("b.model", "=", "v.model")
        .on((e) => e("b.block", "=", e(e.ref("v.version"), "/", e.lit(versionsPerBlock)))),
    )
    .leftJoin("registry_certificate as t", "t.digest", "v.certificate")
    .selectAll("v")
    .select(["m.revision as m_revision", "m.versions as m_versions", "m.last_ms as m_last_ms"])
    .select(["s.body as s_body", "s.key_id as s_key_id", "s.signature as s_signature"])
    .select(["t.body as t_body", "t.key_id as t_key_id", "t.signature as t_signature"])
    .select(["a.version as champion", "b.body as block"])
    .select((e) => {
      const inProduction = e
        .selectFrom("registry_version as p")
        .select("p.version")
        .whereRef("p.model", "=", "m.model")
        .where("p.stage", "=", "production")
        .limit(1);
      return [
        inProduction.orderBy("p.version", "asc").as("first"),
        inProduction.orderBy("p.version", "desc").as("last"),
      ];
    })
    .where("m.model", "=", model);
}

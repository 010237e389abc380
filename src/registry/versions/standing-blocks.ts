import type { MetadataTransaction } from "../../contracts/metadata-store.ts";
import type { Stage } from "../../contracts/model-version.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { type Digest, digestOf } from "../../core/digest.ts";
import { jsonOf } from "../../core/json-of.ts";
import { compiledStatement, compiledWrite } from "../../ledger/compiled-statement.ts";
import type { RegistrySql } from "../tables.ts";
import { type BlockStanding, changedStanding, type Standing, type VersionStanding } from "./standing.ts";
import { versionSubject } from "./version-key.ts";
import { type StoredVersion, tampered } from "./version-table.ts";

/** What the text of a block says. */
interface StandingBlock {
  readonly kind: "standing-block";
  readonly schema: 1;
  /** Its versions that were ever promoted, by number. */
  readonly versions: readonly VersionStanding[];
}

/** How many version numbers share a block: a promotion writes one block, whatever else the model has. */
export const versionsPerBlock = 32;

/** The block that a version belongs to, from 0. */
export function blockOf(version: number): number {
  return Math.floor(version / versionsPerBlock);
}

/** Texts of blocks, by block: canonical JSON of where their versions stand. Nothing of them is verified. */
export type BlockTexts = ReadonlyMap<number, string>;

/** What {@link standingWith} makes: the standing that is to be signed, and the blocks that change with it. */
export interface ChangedStanding {
  readonly standing: Standing;
  readonly blocks: BlockTexts;
}

/** The standing of a model that has the given versions changed, one revision later; the blocks they belong to must be among the texts. Errors: `registry/tampered`. */
export function standingWith(
  before: Standing,
  changed: readonly VersionStanding[],
  texts: BlockTexts,
): ChangedStanding {
  const moved = new Map(changed.map((one) => [one.version, one]));
  const former = before.schema === 1 ? before.versions : [];
  const touched = new Set([...former, ...changed].map(({ version }) => blockOf(version)));
  const { blocks: known, ...others } = inBlocks(before);
  const digests = [...known];
  const blocks = new Map<number, string>();
  for (const block of touched) {
    const kept = versionsIn(before, block, texts.get(block)).filter(({ version }) => !moved.has(version));
    const added = changed.filter(({ version }) => blockOf(version) === block);
    const versions = [...kept, ...added].sort((a, b) => a.version - b.version);
    const body = canonicalJson(jsonOf({ kind: "standing-block", schema: 1, versions } satisfies StandingBlock));
    while (digests.length < block) digests.push(null);
    digests[block] = digestOf(body);
    blocks.set(block, body);
  }
  const reigning = changed.find(({ stage }) => stage === "production")?.version;
  const past = others.production !== null && moved.has(others.production) ? null : others.production;
  const standing = { ...others, revision: before.revision + 1, production: reigning ?? past, blocks: digests };
  return { standing, blocks };
}

/** A standing whose versions are in blocks; one of an earlier release has none yet. */
function inBlocks(standing: Standing): BlockStanding {
  if (standing.schema === 2) return standing;
  const { versions: _versions, ...others } = standing;
  return { ...others, schema: 2, production: productionOf(standing), blocks: [] };
}

/** The version in production by a standing; `null` = none. */
export function productionOf(standing: Standing): number | null {
  if (standing.schema === 2) return standing.production;
  return standing.versions.find(({ stage }) => stage === "production")?.version ?? null;
}

/** The promoted versions of a block, of which the text was read. Errors: `registry/tampered` where it is not the one that was signed. */
function versionsIn(standing: Standing, block: number, text: string | undefined): readonly VersionStanding[] {
  if (standing.schema === 1) return standing.versions.filter(({ version }) => blockOf(version) === block);
  const digest = standing.blocks[block] ?? null;
  if (digest === null) return [];
  if (text === undefined) throw changedStanding(standing.model, `its block ${block} is gone`);
  if (digestOf(text) !== digest) throw changedStanding(standing.model, `its block ${block} is another`);
  const { versions }: StandingBlock = JSON.parse(text);
  return versions;
}

/** Where every promoted version of a model stands. Errors: `registry/tampered`. */
export async function everyStanding(sql: RegistrySql, standing: Standing): Promise<readonly VersionStanding[]> {
  if (standing.schema === 1) return standing.versions;
  const rows = await sql
    .selectFrom("registry_standing_block")
    .select(["block", "body"])
    .where("model", "=", standing.model)
    .execute();
  const texts: BlockTexts = new Map(rows.map(({ block, body }) => [block, body]));
  return standing.blocks.flatMap((_, block) => versionsIn(standing, block, texts.get(block)));
}

/** The texts of the blocks that versions belong to: those that were read already, and the others by a statement each. */
export async function blockTexts(
  sql: RegistrySql,
  standing: Standing,
  versions: readonly number[],
  known: BlockTexts = new Map(),
): Promise<BlockTexts> {
  const texts = new Map(known);
  if (standing.schema === 1) return texts;
  for (const block of new Set(versions.map(blockOf))) {
    if (texts.has(block) || (standing.blocks[block] ?? null) === null) continue;
    const [row] = await selectBlock(sql, standing.model, block);
    if (row !== undefined) texts.set(block, row.body);
  }
  return texts;
}

const selectBlock = compiledStatement((sql: RegistrySql, model: string, block: number) =>
  sql.selectFrom("registry_standing_block").select("body").where("model", "=", model).where("block", "=", block),
);

/** Writes blocks that a standing was signed with. */
export async function writeBlocks(tx: MetadataTransaction, model: string, blocks: BlockTexts): Promise<void> {
  for (const [block, body] of blocks) await upsertBlock(tx, model, block, body);
}

const upsertBlock = compiledWrite((sql: RegistrySql, model: string, block: number, body: string) =>
  sql
    .insertInto("registry_standing_block")
    .values({ model, block, body })
    .onConflict((conflict) => conflict.columns(["model", "block"]).doUpdateSet({ body })),
);

/** Refuses a version that stands elsewhere than was signed; its block must be among the texts. Errors: `registry/tampered`. */
export function requireStanding(standing: Standing, { version, certificate }: StoredVersion, texts: BlockTexts): void {
  const block = blockOf(version.version);
  const signed = versionsIn(standing, block, texts.get(block)).find((one) => one.version === version.version);
  const here = describe(version.stage, version.revision, certificate);
  const there =
    signed === undefined
      ? describe("registered", 0, null)
      : describe(signed.stage, signed.revision, signed.certificate);
  if (here === there) return;
  throw tampered(versionSubject(version), `it is ${here}, but by the signed standing of the model ${there}`);
}

function describe(stage: Stage, revision: number, certificate: Digest | null): string {
  return `"${stage}" at revision ${revision} with ${certificate === null ? "no certificate" : `certificate ${certificate}`}`;
}

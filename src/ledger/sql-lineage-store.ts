import type { Compilable, Kysely } from "kysely";
import type { LineageEdge, LineageKind, LineageNode, LineageStore, LineageTree } from "../contracts/lineage-store.ts";
import type { MetadataStore, MetadataTransaction } from "../contracts/metadata-store.ts";
import { SluiceError } from "../core/errors.ts";
import { requireArgument } from "../core/known-arguments.ts";
import type { LedgerTables } from "./ledger-migrations.ts";
import { compiledStatement, compiledWrite } from "./compiled-statement.ts";
import { type LineageStep, lineageTree } from "./lineage-tree.ts";
import type { LedgerOptions } from "./sql-audit-log.ts";

type EdgeRow = LedgerTables["lineage_edges"];

const kinds: { readonly [K in LineageKind]: true } = {
  source: true,
  dataset: true,
  features: true,
  "training-set": true,
  run: true,
  artifact: true,
  evaluation: true,
  "model-version": true,
  certificate: true,
  rollout: true,
  alert: true,
};
const edgesPerInsert = 500;

/** A {@link LineageStore} in a metadata store. An edge leads from what was used to what was made of it. */
export class SqlLineageStore implements LineageStore {
  readonly #metadata: MetadataStore;

  constructor(options: LedgerOptions) {
    this.#metadata = options.metadata;
  }

  async record(tx: MetadataTransaction, edges: readonly LineageEdge[]): Promise<void> {
    const rows = edges.map((edge) => ({
      from_node: checkedNode(edge.from),
      to_node: checkedNode(edge.to),
      kind: edge.kind,
      asserted: edge.asserted ? 1 : 0,
    }));
    for (let start = 0; start < rows.length; start += edgesPerInsert) {
      const some = rows.slice(start, start + edgesPerInsert);
      await insertEdges(some.length)(
        tx,
        ...some.flatMap((row) => [row.from_node, row.to_node, row.kind, row.asserted]),
      );
    }
  }

  upstream(node: LineageNode): Promise<LineageTree> {
    return this.#tree(node, "to_node", "from_node", edgesUpstream);
  }

  downstream(node: LineageNode): Promise<LineageTree> {
    return this.#tree(node, "from_node", "to_node", edgesDownstream);
  }

  async #tree(root: LineageNode, near: Side, far: Side, edges: typeof edgesUpstream): Promise<LineageTree> {
    requireArgument("the lineage", "a node", root, "text");
    const steps = new Map<LineageNode, LineageStep[]>();
    for (const row of await edges(this.#metadata.sql.withTables<LedgerTables>(), checkedNode(root))) {
      const at = checkedNode(row[near]);
      const step = { node: checkedNode(row[far]), via: row.kind, asserted: row.asserted === 1 };
      const known = steps.get(at);
      if (known === undefined) steps.set(at, [step]);
      else known.push(step);
    }
    return lineageTree(root, (node) => steps.get(node) ?? []);
  }
}

type EdgeInsert = (tx: MetadataTransaction, ...values: readonly (string | number)[]) => Promise<void>;

const inserts = new Map<number, EdgeInsert>();

/** The statement that inserts so many edges, its values row by row. */
function insertEdges(count: number): EdgeInsert {
  const known = inserts.get(count);
  if (known !== undefined) return known;
  const insert = compiledWrite((sql: Kysely<LedgerTables>, ...values: readonly (string | number)[]) => {
    const rows = Array.from({ length: count }, (_, at) => {
      const [from_node, to_node, kind, asserted] = values.slice(4 * at) as [string, string, string, number];
      return { from_node, to_node, kind, asserted };
    });
    return sql
      .insertInto("lineage_edges")
      .values(rows)
      .onConflict((conflict) => conflict.doNothing());
  });
  inserts.set(count, insert);
  return insert;
}

type Side = "from_node" | "to_node";

const edgesUpstream = compiledStatement((sql: Kysely<LedgerTables>, root: string) =>
  edgesFrom(sql, root, "to_node", "from_node"),
);
const edgesDownstream = compiledStatement((sql: Kysely<LedgerTables>, root: string) =>
  edgesFrom(sql, root, "from_node", "to_node"),
);

/** Every edge on the ways from a node to one side, each once, whatever cycles there are. */
function edgesFrom(sql: Kysely<LedgerTables>, root: string, near: Side, far: Side): Compilable<EdgeRow> {
  return sql
    .withRecursive("reached", (cte) =>
      cte
        .selectFrom("lineage_edges")
        .selectAll()
        .where(near, "=", root)
        .union(
          cte
            .selectFrom("lineage_edges as edge")
            .innerJoin("reached", `reached.${far}`, `edge.${near}`)
            .selectAll("edge"),
        ),
    )
    .selectFrom("reached")
    .selectAll()
    .orderBy("from_node")
    .orderBy("to_node")
    .orderBy("kind");
}

function checkedNode(text: string): LineageNode {
  if (isNode(text)) return text;
  throw new SluiceError("argument/invalid", {
    found: `the lineage node ${JSON.stringify(text)}`,
    expected: `kind:id with one of the kinds ${Object.keys(kinds).join(", ")}`,
    fix: "Name what was made by its kind and its digest or id.",
  });
}

function isNode(text: string): text is LineageNode {
  const colon = text.indexOf(":");
  return colon > 0 && colon < text.length - 1 && Object.hasOwn(kinds, text.slice(0, colon));
}

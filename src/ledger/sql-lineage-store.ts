import type { LineageEdge, LineageKind, LineageNode, LineageStore, LineageTree } from "../contracts/lineage-store.ts";
import type { MetadataStore, MetadataTransaction } from "../contracts/metadata-store.ts";
import { SluiceError } from "../core/errors.ts";
import type { LedgerTables } from "./ledger-migrations.ts";
import { type LineageStep, lineageTree } from "./lineage-tree.ts";
import type { LedgerOptions } from "./sql-audit-log.ts";

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
const nodesPerQuery = 500;
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
      await tx.sql
        .withTables<LedgerTables>()
        .insertInto("lineage_edges")
        .values(rows.slice(start, start + edgesPerInsert))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  }

  upstream(node: LineageNode): Promise<LineageTree> {
    return this.#tree(node, "to_node", "from_node");
  }

  downstream(node: LineageNode): Promise<LineageTree> {
    return this.#tree(node, "from_node", "to_node");
  }

  async #tree(root: LineageNode, near: "from_node" | "to_node", far: "from_node" | "to_node"): Promise<LineageTree> {
    const steps = new Map<LineageNode, LineageStep[]>([[checkedNode(root), []]]);
    let frontier: readonly LineageNode[] = [root];
    while (frontier.length > 0) {
      const found: LineageNode[] = [];
      for (const row of await this.#edgesAt(frontier, near)) {
        const node = checkedNode(row[far]);
        steps.get(checkedNode(row[near]))?.push({ node, via: row.kind, asserted: row.asserted === 1 });
        if (steps.has(node)) continue;
        steps.set(node, []);
        found.push(node);
      }
      frontier = found;
    }
    return lineageTree(root, (node) => steps.get(node) ?? []);
  }

  async #edgesAt(
    nodes: readonly LineageNode[],
    column: "from_node" | "to_node",
  ): Promise<readonly LedgerTables["lineage_edges"][]> {
    const rows: LedgerTables["lineage_edges"][] = [];
    for (let start = 0; start < nodes.length; start += nodesPerQuery) {
      const page = await this.#metadata.sql
        .withTables<LedgerTables>()
        .selectFrom("lineage_edges")
        .selectAll()
        .where(column, "in", nodes.slice(start, start + nodesPerQuery))
        .orderBy("from_node")
        .orderBy("to_node")
        .orderBy("kind")
        .execute();
      rows.push(...page);
    }
    return rows;
  }
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

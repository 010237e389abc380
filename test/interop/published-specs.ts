import { existsSync } from "node:fs";

/**
 * A folder with the published documents of other tools (`openlineage/OpenLineage.json`, `openlineage/facets/*.json`, `lakefs/swagger.yml`),
 * as their repositories have them. They are not ours to ship; where the folder is named, tests hold against them too.
 */
export function publishedSpecs(tool: "openlineage" | "lakefs"): string | undefined {
  const folder = process.env["SLUICE_PUBLISHED_SPECS"];
  if (folder === undefined) return undefined;
  if (existsSync(`${folder}/${tool}`)) return `${folder}/${tool}`;
  throw new Error(`SLUICE_PUBLISHED_SPECS names ${folder}, which has no folder ${tool}`);
}

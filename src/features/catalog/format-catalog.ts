import type { CatalogAbout, CatalogFeature, CatalogPage, CatalogService, CatalogView } from "./catalog-page.ts";

/**
 * A page of the catalog as text, to be printed.
 *
 * @example
 * ```ts
 * import { openWorkspace } from "sluice";
 * import { formatCatalog } from "sluice/features";
 * const ws = await openWorkspace(".sluice");
 * const text = formatCatalog(await ws.features.catalog({ text: "delay" }));
 * if (text !== "no service, no view\n") throw new Error("nothing is registered in a new workspace");
 * await ws.close();
 * ```
 */
export function formatCatalog({ services, views }: CatalogPage): string {
  if (services.length + views.length === 0) return "no service, no view\n";
  return [...services.map(serviceText), ...views.map(viewText)].join("\n");
}

function serviceText(service: CatalogService): string {
  return lines([
    `service ${service.name}${aboutText(service)}`,
    `  views: ${service.views.join(", ")}`,
    `  models: ${service.models.join(", ") || "none"}`,
  ]);
}

function viewText(view: CatalogView): string {
  const width = Math.max(...view.features.map(({ name }) => name.length));
  return lines([
    `view ${view.name}${aboutText(view)}`,
    `  ${aboutWhat(view)}`,
    ...view.features.map((feature) => `  ${feature.name.padEnd(width)}  ${featureText(feature)}`),
    `  services: ${view.services.join(", ") || "none"}; models: ${view.models.join(", ") || "none"}`,
  ]);
}

function aboutWhat({ kind, entities, keys, source, of }: CatalogView): string {
  const what = `of ${entities.join(", ") || (kind === "onDemand" ? "the request" : "everything")}`;
  if (of !== undefined) return `${what}, as ${of}${keys.length === 0 ? "" : ` by ${keys.join(", ")}`}`;
  return source === undefined ? what : `${what}, from ${source}`;
}

function featureText({ type, nullable, how, columns, fields }: CatalogFeature): string {
  const from = [...columns, ...fields.map((field) => `request.${field}`)].join(", ");
  return `${type}${nullable ? "?" : ""}, ${how}${from === "" ? "" : ` of ${from}`}`;
}

function aboutText({ owner, tags, description }: CatalogAbout): string {
  const said = [owner === undefined ? "" : `by ${owner}`, ...tags.map((tag) => `#${tag}`)].filter(
    (word) => word !== "",
  );
  return `${said.length === 0 ? "" : ` (${said.join(" ")})`}${description === undefined ? "" : `: ${description}`}`;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}

import type { CatalogAbout, CatalogFeature, CatalogPage, CatalogService, CatalogView } from "./catalog-page.ts";
import type { FeatureProfile } from "./feature-profile.ts";

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

function featureText({ type, nullable, how, columns, fields, profile }: CatalogFeature): string {
  const from = [...columns, ...fields.map((field) => `request.${field}`)].join(", ");
  const values = profile === undefined ? "" : `: ${profileText(profile)}`;
  return `${type}${nullable ? "?" : ""}, ${how}${from === "" ? "" : ` of ${from}`}${values}`;
}

/** `12% without a value, 3.2 ± 1.5, median 3 in [0, 9]`, or the most frequent texts. */
function profileText({ rows, nulls, missing, mean, sd, quantiles, top }: FeatureProfile): string {
  const at = (share: number): string => short(quantiles?.find((one) => one.share === share)?.value);
  const without = nulls + missing === 0 ? [] : [`${Math.round(((nulls + missing) / rows) * 100)}% without a value`];
  const numbers = mean === undefined ? [] : [short(mean) + (sd === undefined ? "" : ` ± ${short(sd)}`)];
  const order = quantiles === undefined ? [] : [`median ${at(0.5)} in [${at(0)}, ${at(1)}]`];
  const texts =
    top === undefined
      ? []
      : [
          top
            .slice(0, 3)
            .map(({ value }) => JSON.stringify(value))
            .join(", "),
        ];
  return [...without, ...numbers, ...order, ...texts].join(", ") || "no value";
}

function short(value: number | undefined): string {
  return value === undefined ? "?" : String(Number(value.toPrecision(3)));
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

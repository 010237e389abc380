import type { CatalogAbout, CatalogQuery, CatalogService } from "./catalog-page.ts";
import type { KeptView } from "./catalog-record.ts";

/** Whether a view is what is looked for. */
export function viewFits(view: KeptView, query: CatalogQuery): boolean {
  const { entity, column } = query;
  return (
    saidFits(
      view,
      view.features.map(({ name }) => name),
      query,
    ) &&
    (entity === undefined || view.entities.includes(entity)) &&
    (column === undefined || view.features.some(({ columns }) => columns.some((one) => columnFits(one, column))))
  );
}

/** Whether a service itself is what is looked for: entities and columns are its views'. */
export function serviceFits(service: Omit<CatalogService, "models">, query: CatalogQuery): boolean {
  return query.entity === undefined && query.column === undefined && saidFits(service, service.features, query);
}

function saidFits(
  one: CatalogAbout & { readonly name: string },
  features: readonly string[],
  { text, name, owner, tag }: CatalogQuery,
): boolean {
  const words = [one.name, ...features, ...one.tags, one.owner ?? "", one.description ?? ""];
  return (
    (name === undefined || one.name === name) &&
    (owner === undefined || one.owner === owner) &&
    (tag === undefined || one.tags.includes(tag)) &&
    (text === undefined || words.some((word) => word.toLowerCase().includes(text.toLowerCase())))
  );
}

function columnFits(column: string, wanted: string): boolean {
  return column === wanted || column.startsWith(`${wanted}.`);
}

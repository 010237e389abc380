import type { AuditRecord } from "../../contracts/audit-log.ts";
import type { AuditSource } from "../all-records.ts";

/** At most so many events are read at once. */
const mostRows = 1000;
/** So many events between two that are wanted are read along rather than asked around. */
const gap = 32;

/** The records of these positions, in ascending order, a few at a time: the next are read when they are asked for. Errors: `audit/broken`. */
export async function* recordsAt(
  { audit }: AuditSource,
  indices: readonly number[],
  signal?: AbortSignal,
): AsyncGenerator<readonly AuditRecord[]> {
  for (let from = 0; from < indices.length; ) {
    signal?.throwIfAborted();
    const first = indices[from] ?? 0;
    let to = from + 1;
    for (; to < indices.length; to++) {
      const index = indices[to] ?? 0;
      if (index - (indices[to - 1] ?? 0) > gap || index - first >= mostRows) break;
    }
    const wanted = new Set(indices.slice(from, to));
    const { records } = await audit.search({ after: first - 1, limit: (indices[to - 1] ?? 0) - first + 1 });
    yield records.filter(({ index }) => wanted.has(index));
    from = to;
  }
}

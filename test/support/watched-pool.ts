import type { PostgresPool } from "../../src/backends/postgres/postgres-pool.ts";

/** A real pool, and the texts that go through it to the server. */
export function watchedPool(pool: PostgresPool): { readonly pool: PostgresPool; readonly texts: string[] } {
  const texts: string[] = [];
  const connect: PostgresPool["connect"] = async () => {
    const client = await pool.connect();
    return {
      query: async (text, values) => {
        texts.push(text);
        return await client.query(text, values);
      },
      release: (destroy) => client.release(destroy),
    };
  };
  return { pool: { connect }, texts };
}

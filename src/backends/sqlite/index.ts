/**
 * Metadata and online store on the runtime's own SQLite.
 *
 * @module sluice/backends/sqlite
 */

export { type SqliteMetadataOptions, sqliteMetadata } from "./sqlite-metadata-store.ts";
export { type SqliteOnlineOptions, sqliteOnline } from "./sqlite-online-store.ts";

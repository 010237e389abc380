export { type SqliteMetadataOptions, sqliteMetadata } from "./sqlite-metadata-store.ts";
export { type SqliteOnlineOptions, sqliteOnline } from "./sqlite-online-store.ts";

export { type SqliteMetadataOptions, sqliteMetadata } from "./sqlite-metadata-store.ts";

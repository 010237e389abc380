// Puts a blob that is too big for this process' file-size limit, then a small one; prints what came of them.
import { fsBlobs } from "../../src/backends/fs/fs-blob-store.ts";

const blobs = fsBlobs({ path: process.argv[2] ?? "" });
const big = await blobs.put(new Uint8Array(1_000_000).fill(7)).then(
  () => "stored",
  (error: { code: string }) => error.code,
);
const small = await blobs.put(new Uint8Array(1000));
process.stdout.write(JSON.stringify({ big, small: small.digest }));

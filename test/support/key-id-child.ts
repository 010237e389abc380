// Prints the id of the key in a file, which it makes if there is none.
import { keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";

process.stdout.write(keyFileSigner({ path: process.argv[2] ?? "" }).keyId);

// Holds the SQLite file's write lock for 300 ms by a plain connection; prints "held" when it has it.
import { DatabaseSync } from "node:sqlite";

const database = new DatabaseSync(process.argv[2] ?? "");
database.exec("begin immediate");
process.stdout.write("held\n");
setTimeout(() => {
  database.exec("rollback");
  database.close();
}, 300);

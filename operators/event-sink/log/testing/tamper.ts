import { DatabaseSync } from 'node:sqlite';

/** Changes a log's file by hand, as somebody who may write to the volume can. */
export function tamper(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

/** Takes away what keeps people from changing events by mistake. */
export function unguard(file: string): void {
  const database = new DatabaseSync(file);
  try {
    const triggers = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all();
    for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
  } finally {
    database.close();
  }
}

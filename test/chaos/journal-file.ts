import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const intentSchema = z.object({
  id: z.string(),
  account: z.string(),
  kind: z.string(),
  key: z.string(),
  state: z.string(),
  is_open: z.number(),
  amount_cents: z.number(),
  settled_cents: z.number(),
  sends: z.number(),
  armed_at: z.number(),
});
const rowsSchema = z.array(intentSchema);

export type JournalIntent = z.output<typeof intentSchema>;
export type JournalFile = {
  readonly intents: readonly JournalIntent[];
  readonly holds: readonly { readonly account: string; readonly reason: string }[];
};

/** Every intent with its journalled sends, straight from the file: no code of purser's own stands in between. */
export function readJournal(path: string): JournalFile {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database
      .prepare(
        `SELECT id, account, kind, json_extract(doc, '$.key') AS key, state, is_open, amount_cents, settled_cents, armed_at,
           (SELECT count(*) FROM send WHERE send.intent = intent.id) AS sends
         FROM intent ORDER BY armed_at`,
      )
      .all();
    const holds = database.prepare('SELECT account, reason FROM hold').all();
    return {
      intents: rowsSchema.parse(rows),
      holds: z.array(z.object({ account: z.string(), reason: z.string() })).parse(holds),
    };
  } finally {
    database.close();
  }
}

/** What counts against each account's caps, in cents, of what was charged since an instant or is reserved still. */
export function committedSince(path: string, at: number): ReadonlyMap<string, number> {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database
      .prepare('SELECT account, sum(amount_cents) AS sum FROM exposure WHERE at >= ? GROUP BY account')
      .all(at);
    const sums = z.array(z.object({ account: z.string(), sum: z.number() })).parse(rows);
    return new Map(sums.map(({ account, sum }) => [account, sum]));
  } finally {
    database.close();
  }
}

/** The database and all that SQLite and the process lock keep beside it. */
export function filesOf(path: string): readonly string[] {
  return [path, `${path}-wal`, `${path}-shm`, `${path}.lock`, `${path}-journal`];
}

import type { AccountMemory } from '../charge/journal.ts';
import type { AccountName } from '../domain/ids.ts';
import { type MicroUsd, microUsd } from '../domain/money.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Database } from './database.ts';

const EMPTY: AccountMemory = {
  identity: null,
  hasEquationHeld: false,
  highestAnchor: null,
  creditedMicroUsd: null,
  usedMicroUsd: null,
  scannedAt: null,
  firstLowAt: null,
  letGoAt: null,
};

export function readMemory(database: Database, account: AccountName): AccountMemory {
  const row = database.get('SELECT * FROM account WHERE name = ?', account);
  if (row === undefined) return EMPTY;
  const amount = (column: string): MicroUsd | null =>
    row[column] === null ? null : microUsd(Number(row[column]));
  const instant = (column: string): EpochMs | null =>
    row[column] === null ? null : (Number(row[column]) as EpochMs); // written below
  return {
    identity: row['identity'] === null ? null : String(row['identity']),
    hasEquationHeld: row['has_equation_held'] === 1,
    highestAnchor:
      row['anchor_id'] === null ? null : { id: String(row['anchor_id']), at: instant('anchor_at') },
    creditedMicroUsd: amount('credited_micro_usd'),
    usedMicroUsd: amount('used_micro_usd'),
    scannedAt: instant('scanned_at'),
    firstLowAt: instant('first_low_at'),
    letGoAt: instant('let_go_at'),
  };
}

/** Of the ledger, where a person has looked at it instead. */
export const NOTHING_KNOWN = {
  hasEquationHeld: false,
  highestAnchor: null,
  creditedMicroUsd: null,
  usedMicroUsd: null,
} satisfies Partial<AccountMemory>;

/** Call inside a write transaction. */
export function writeMemory(database: Database, account: AccountName, change: Partial<AccountMemory>): void {
  const next = { ...readMemory(database, account), ...change };
  database.run(
    `INSERT INTO account (name, identity, has_equation_held, anchor_id, anchor_at, credited_micro_usd, used_micro_usd,
       scanned_at, first_low_at, let_go_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET identity = excluded.identity, has_equation_held = excluded.has_equation_held,
       anchor_id = excluded.anchor_id, anchor_at = excluded.anchor_at, credited_micro_usd = excluded.credited_micro_usd,
       used_micro_usd = excluded.used_micro_usd, scanned_at = excluded.scanned_at,
       first_low_at = excluded.first_low_at, let_go_at = excluded.let_go_at`,
    account,
    next.identity,
    next.hasEquationHeld ? 1 : 0,
    next.highestAnchor?.id ?? null,
    next.highestAnchor?.at ?? null,
    next.creditedMicroUsd,
    next.usedMicroUsd,
    next.scannedAt,
    next.firstLowAt,
    next.letGoAt,
  );
}

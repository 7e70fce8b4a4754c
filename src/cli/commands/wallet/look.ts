import type { Command } from 'commander';
import { formatMicroUsd, usdFromMicro } from '../../../domain/money.ts';
import { type EpochMs, formatInstant, parseDurationMs, parseInstant } from '../../../domain/time.ts';
import {
  getWalletBalance,
  listWalletTransactions,
  type WalletTransaction,
} from '../../../modelslab/wallet.ts';
import type { CliIo } from '../../cli-io.ts';
import { csv } from '../../csv.ts';
import { type DirectOptions, directCommand, mustHave, talk } from '../../direct-command.ts';
import { usage } from '../../hand-command.ts';
import type { OpenAccount } from '../../open-account.ts';
import { table } from '../../table.ts';

type Done = (code: number) => void;
type ListOptions = DirectOptions & {
  type?: string;
  source?: string;
  usecase?: string;
  since?: string;
  until?: string;
  limit: string;
  csv: boolean;
};

const PAGE_ROWS = 200;
const PAGES_MAX = 500;

/** `purser wallet balance ACCOUNT`. */
export function walletBalance(wallet: Command, io: CliIo, done: Done): void {
  directCommand(wallet, 'balance', 'the balance now')
    .description('Reads the balance.')
    .addHelpText('after', '\nExample:\n  purser wallet balance render-eu')
    .action(async (name: string, options: DirectOptions) => {
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const { balanceMicroUsd } = mustHave('read the balance', await getWalletBalance(client, caller));
        const json = { account: name, balance_usd: usdFromMicro(balanceMicroUsd) };
        return { text: formatMicroUsd(balanceMicroUsd), json };
      });
      done(code);
    });
}

/** `purser wallet transactions ACCOUNT`. */
export function walletTransactions(wallet: Command, io: CliIo, done: Done): void {
  directCommand(wallet, 'transactions', 'the ledger')
    .description('Lists the wallet ledger, newest first. Pages are fetched until nothing older is asked for.')
    .option('--type <type>', 'credit or debit')
    .option('--source <source>', 'rows of this source only, such as stripe')
    .option('--usecase <usecase>', 'rows of this use only, such as wallet_funding')
    .option('--since <when>', 'not older: 2026-11-01, an instant, or so long ago such as 7d')
    .option('--until <when>', 'not newer, likewise')
    .option('--limit <rows>', 'at most so many rows', '50')
    .option('--csv', 'print CSV', false)
    .addHelpText(
      'after',
      '\nExample:\n  purser wallet transactions render-eu --type credit --since 30d --csv',
    )
    .action(async (name: string, options: ListOptions) => {
      const filter = readFilter(io.clock.now(), options);
      const code = await talk(io, name, options, async (open) => {
        const rows = await matching(open, filter);
        const json = rows.map(rowView);
        const text = options.csv
          ? csv(
              HEAD,
              json.map((row) => HEAD.map((key) => row[key])),
            )
          : asTable(io, rows);
        return { text, json };
      });
      done(code);
    });
}

type Filter = {
  readonly type: 'credit' | 'debit' | null;
  readonly source: string | null;
  readonly usecase: string | null;
  readonly since: EpochMs | null;
  readonly until: EpochMs | null;
  readonly limit: number;
};

function readFilter(now: EpochMs, options: ListOptions): Filter {
  const { type, source, usecase, since, until, limit } = options;
  if (type !== undefined && type !== 'credit' && type !== 'debit')
    return usage(`--type ${JSON.stringify(type)}: wanted credit or debit`);
  const rows = /^[1-9]\d{0,5}$/.test(limit) ? Number(limit) : usage('--limit: wanted 1 to 999999');
  return {
    type: type ?? null,
    source: source ?? null,
    usecase: usecase ?? null,
    since: since === undefined ? null : readWhen(now, '--since', since),
    until: until === undefined ? null : readWhen(now, '--until', until),
    limit: rows,
  };
}

/** An instant, a day, or so long ago. */
export function readWhen(now: EpochMs, option: string, text: string): EpochMs {
  const agoMs = parseDurationMs(text);
  if (agoMs !== null) return (now - agoMs) as EpochMs; // an instant less a duration is one
  return parseInstant(text) ?? usage(`${option} ${JSON.stringify(text)}: wanted 2026-11-01 or 7d`);
}

/** Newest first is assumed for whole pages (API sheet #15); within what was read, rows are sorted. */
async function matching(open: OpenAccount, filter: Filter): Promise<readonly WalletTransaction[]> {
  const rows = await allRows(open, { type: filter.type ?? undefined, since: filter.since });
  return rows
    .filter(
      (row) =>
        (filter.source === null || row.source === filter.source) &&
        (filter.usecase === null || row.usecase === filter.usecase) &&
        (filter.since === null || row.createdAt >= filter.since) &&
        (filter.until === null || row.createdAt <= filter.until),
    )
    .toSorted((one, other) => other.createdAt - one.createdAt)
    .slice(0, filter.limit);
}

/** Rows of the ledger, as far back as is asked for; ends the command where a page cannot be read. */
export async function allRows(
  { client, caller }: OpenAccount,
  { type, since = null }: { readonly type?: 'credit' | 'debit' | undefined; readonly since?: EpochMs | null },
): Promise<readonly WalletTransaction[]> {
  const rows = new Map<string, WalletTransaction>();
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const reply = await listWalletTransactions(client, caller, {
      ...(type === undefined ? {} : { type }),
      limit: PAGE_ROWS,
      offset: page * PAGE_ROWS,
    });
    const found = mustHave('read the ledger', reply).rows;
    for (const row of found) rows.set(`${row.type} ${row.id}`, row); // a row that came meanwhile moves the pages
    const isFarBack = since !== null && found.every((row) => row.createdAt < since);
    if (found.length < PAGE_ROWS || isFarBack) break;
  }
  return [...rows.values()];
}

const HEAD = [
  'id',
  'created_at',
  'type',
  'amount_usd',
  'status',
  'source',
  'usecase',
  'transaction_id',
] as const;

function rowView(row: WalletTransaction): Record<(typeof HEAD)[number], string | number | null> {
  return {
    id: row.id,
    created_at: formatInstant(row.createdAt),
    type: row.type,
    amount_usd: usdFromMicro(row.amountMicroUsd),
    status: row.status,
    source: row.source,
    usecase: row.usecase,
    transaction_id: row.transactionId,
  };
}

/** Fits 80 columns; `--json` and `--csv` have all that there is. */
function asTable(io: CliIo, rows: readonly WalletTransaction[]): string {
  if (rows.length === 0) return 'no such row';
  const columns = [
    { title: 'WHEN' },
    { title: 'AMOUNT', align: 'right' },
    { title: 'USE' },
    { title: 'ID' },
  ] as const;
  const cells = rows.map((row) => [
    formatInstant(row.createdAt),
    `${row.type === 'credit' ? '+' : '-'}${formatMicroUsd(row.amountMicroUsd)}`,
    row.status === 'success' ? row.usecase : `${row.usecase} (${row.status})`,
    row.transactionId ?? row.id,
  ]);
  return table(columns, cells, { color: io.color });
}

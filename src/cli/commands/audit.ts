import {
  type Audit,
  type AuditFinding,
  audit,
  type LedgerRefund,
  NEEDS_ATTENTION,
} from '../../charge/audit.ts';
import type { LedgerDebit } from '../../charge/audit-payouts.ts';
import type { Intent } from '../../charge/intent.ts';
import { type PaymentIntentId, parseProviderId } from '../../domain/ids.ts';
import { cents, centsNearest, formatCents, usdFromCents } from '../../domain/money.ts';
import type { AccountSpec, FleetSpec } from '../../domain/spec.ts';
import { addMs, DAY_MS, type EpochMs, formatInstant } from '../../domain/time.ts';
import { takeLedgerLook } from '../../modelslab/ledger-look.ts';
import { type CliIo, EXIT, ExitWith } from '../cli-io.ts';
import { csv } from '../csv.ts';
import { mustHave } from '../direct-command.ts';
import { findAccount } from '../find-account.ts';
import { usage } from '../hand-command.ts';
import { type OpenAccount, withAccount } from '../open-account.ts';
import { openStore } from '../open-store.ts';
import { readConfig } from '../read-config.ts';
import { toldText } from '../told-text.ts';
import { CONFIG_DEFAULT, type CommandFile } from './command.ts';
import { allRows, readWhen } from './wallet/look.ts';

type Options = { config: string; since: string; until?: string; csv: boolean; json: boolean };
type Period = { readonly since: EpochMs; readonly until: EpochMs };
type Audited = { readonly account: AccountSpec; readonly found: Audit | null };

/** Rows are looked for so far around the period: their stamps may stand in another zone, or name a day. */
const SLACK_MS = 3 * DAY_MS;
const INTENTS_MAX = 1_000_000;

/** `purser audit`: the journal against the provider's ledger. */
export const auditCommand: CommandFile = (program, io, done) => {
  program
    .command('audit')
    .argument('[accounts...]', 'their names in the config; all of them if left out')
    .summary("the journal against the provider's ledger")
    .description(
      "Compares every charge and withdrawal in the journal with the provider's wallet ledger, both ways: what is " +
        'missing, what is not ours, amounts that differ, refunds. Exit code 4: somebody has to look. Only reads.',
    )
    .option('--since <when>', 'from then on: 2026-11-01, an instant, or so long ago such as 7d', '30d')
    .option('--until <when>', 'up to then, likewise; now if left out')
    .option('--csv', 'print CSV, a row for each charge and finding', false)
    .option('--config <file>', 'the config', CONFIG_DEFAULT)
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      '\nExample:\n  purser audit --since 2026-11-01 --until 2026-12-01 --csv > november.csv',
    )
    .action(async (names: readonly string[], options: Options) => {
      done(await runAudit(io, names, options));
    });
};

async function runAudit(io: CliIo, names: readonly string[], options: Options): Promise<number> {
  const period = readPeriod(io, options);
  const { spec } = readConfig(io, options.config);
  const accounts =
    names.length === 0 ? [...spec.accounts.values()] : names.map((name) => findAccount(spec, name));
  const audited: Audited[] = [];
  for (const account of accounts) {
    audited.push({ account, found: await auditOne(io, spec, account, period) });
    io.progress(audited.length, accounts.length);
  }
  if (options.json) io.stdout.write(`${JSON.stringify(audited.map(jsonOf))}\n`);
  else if (options.csv) io.stdout.write(`${csv(HEAD, audited.flatMap(rowsOf))}\r\n`);
  else io.stdout.write(`${audited.map(textOf).join('\n')}\n`);
  if (audited.some(({ found }) => found === null)) return EXIT.failure;
  const needsPerson = audited.some(({ found }) => found?.findings.some(isAttention));
  return needsPerson ? EXIT.moneyNeedsAttention : EXIT.ok;
}

function readPeriod(io: CliIo, options: Options): Period {
  const since = readWhen(io.clock.now(), '--since', options.since);
  const until =
    options.until === undefined ? io.clock.now() : readWhen(io.clock.now(), '--until', options.until);
  return since < until ? { since, until } : usage('--since is not before --until');
}

/** `null` where the ledger could not be read, which was said. */
async function auditOne(
  io: CliIo,
  spec: FleetSpec,
  account: AccountSpec,
  period: Period,
): Promise<Audit | null> {
  const intents = await intentsOf(io, spec, account);
  try {
    return await withAccount(io, spec, account, async (open) => {
      const since = addMs(period.since, -SLACK_MS);
      const reply = await takeLedgerLook(open.client, open.caller, { since, depth: 'complete' });
      const { credits } = mustHave(`${account.name}: read the ledger`, reply);
      return audit({ intents, credits, ...(await debitsOf(open, since)), ...period });
    });
  } catch (error) {
    if (!(error instanceof ExitWith) || error.code !== EXIT.failure) throw error;
    io.stderr.write(toldText(error.told));
    return null;
  }
}

async function intentsOf(io: CliIo, spec: FleetSpec, account: AccountSpec): Promise<readonly Intent[]> {
  const store = openStore(io, spec, { create: false });
  try {
    return await store.journal.intents({ account: account.name, limit: INTENTS_MAX });
  } finally {
    store.close();
  }
}

/** Debits, told apart: what takes back a payment, and the rest. */
async function debitsOf(
  open: OpenAccount,
  since: EpochMs,
): Promise<{ readonly refunds: readonly LedgerRefund[]; readonly debits: readonly LedgerDebit[] }> {
  const refunds: LedgerRefund[] = [];
  const debits: LedgerDebit[] = [];
  for (const row of await allRows(open, { type: 'debit', since })) {
    const { id, createdAt, transactionId, usecase, status } = row;
    if (NEVER_PAID.test(status)) continue;
    const shown = { id, createdAt, amountCents: centsNearest(row.amountMicroUsd) };
    // A withdrawal may go back to the card as a refund of the payment that brought the money.
    const isPayout = /withdraw|payout/i.test(usecase);
    const payment = transactionId?.startsWith('pi_') === true ? transactionId : null;
    const isRefund = payment !== null || /refund|charge_?back|dispute/i.test(usecase);
    if (isPayout || !isRefund) debits.push({ ...shown, isPayout });
    else {
      const paymentIntentId = payment === null ? null : parseProviderId<PaymentIntentId>(payment);
      refunds.push({ ...shown, paymentIntentId });
    }
  }
  return { refunds, debits };
}

const NEVER_PAID = /fail|declin|cancel|void/i;

const SENTENCES: Readonly<Record<AuditFinding['kind'], string>> = {
  missing: 'settled by purser, and the ledger has no such credit: ask the provider',
  differs: 'the ledger shows another amount than was booked',
  duplicate: 'a second credit for one payment: ask the provider',
  foreign: 'a card credit that is not purser’s: a person, or a second purser',
  auto_funding: 'the provider’s own recharge',
  refunded: 'taken back',
  payout_missing: 'withdrawn by purser, and the ledger has no such debit: ask the provider',
  payout_foreign: 'a withdrawal that is not purser’s: a person, or a second purser',
  open: 'not closed yet',
};

function isAttention({ kind }: AuditFinding): boolean {
  return NEEDS_ATTENTION.includes(kind);
}

function textOf({ account, found }: Audited): string {
  if (found === null) return `${account.name}: the ledger could not be read`;
  const { matches, matchedCents, payouts, paidOutCents, findings, elsewhere } = found;
  const charged = `${many(matches.length, 'charge')}, ${formatCents(matchedCents)},`;
  const paidOut =
    payouts.length === 0 ? '' : ` and ${many(payouts.length, 'withdrawal')}, ${formatCents(paidOutCents)},`;
  const inBooks = `${charged}${paidOut} in both books`;
  const outside =
    elsewhere.length === 0 ? '' : `; ${elsewhere.length} of subscriptions, which are not compared`;
  const lines = findings.map((one) => {
    const ids = [one.intent?.id, one.credit].filter((id) => id !== null && id !== undefined).join(' ');
    const mark = isAttention(one) ? '!' : ' ';
    return `${mark} ${formatInstant(one.at)}  ${one.kind}  ${amountsOf(one)}  ${ids}  ${SENTENCES[one.kind]}`;
  });
  const verdict = findings.some(isAttention) ? '' : ': they agree';
  return [`${account.name}: ${inBooks}${outside}${verdict}`, ...lines].join('\n');
}

function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function amountsOf({ bookedCents, ledgerCents }: AuditFinding): string {
  const booked = bookedCents === null ? null : `booked ${formatCents(bookedCents)}`;
  const shown = ledgerCents === null ? null : `ledger ${formatCents(ledgerCents)}`;
  return [booked, shown].filter((part) => part !== null).join(', ');
}

const HEAD = ['account', 'at', 'finding', 'intent', 'credit', 'booked_usd', 'ledger_usd'] as const;

function rowsOf({ account, found }: Audited): readonly (readonly (string | number | null)[])[] {
  if (found === null) return [[account.name, null, 'unread', null, null, null, null]];
  const matched = found.matches.map(({ intent, credit, amountCents }) => {
    const usd = usdFromCents(amountCents);
    return [account.name, formatInstant(intent.armedAt), 'match', intent.id, credit.id, usd, usd];
  });
  const paidOut = found.payouts.map(({ intent, debit, amountCents }) => {
    const usd = usdFromCents(amountCents);
    return [account.name, formatInstant(intent.armedAt), 'payout_match', intent.id, debit.id, usd, usd];
  });
  return [...matched, ...paidOut, ...found.findings.map((one) => findingRow(account, one))];
}

function findingRow(account: AccountSpec, one: AuditFinding): readonly (string | number | null)[] {
  const usd = (amount: AuditFinding['bookedCents']) => (amount === null ? null : usdFromCents(amount));
  const { kind, intent, credit, bookedCents, ledgerCents } = one;
  const at = formatInstant(one.at);
  return [account.name, at, kind, intent?.id ?? null, credit, usd(bookedCents), usd(ledgerCents)];
}

function jsonOf(one: Audited) {
  const { account, found } = one;
  const row = (cells: readonly (string | number | null)[]) =>
    Object.fromEntries(HEAD.map((key, index) => [key, cells[index] ?? null]));
  return {
    account: account.name,
    is_read: found !== null,
    matched: found?.matches.length ?? 0,
    matched_usd: usdFromCents(found?.matchedCents ?? cents(0)),
    payouts: found?.payouts.length ?? 0,
    paid_out_usd: usdFromCents(found?.paidOutCents ?? cents(0)),
    elsewhere: found?.elsewhere.length ?? 0,
    findings: (found?.findings ?? []).map((finding) => row(findingRow(account, finding))),
  };
}

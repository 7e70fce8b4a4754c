import { capScopes } from '../../domain/cap-scopes.ts';
import { scopeWords } from '../../domain/caps.ts';
import type { AccountName } from '../../domain/ids.ts';
import { type Cents, formatCents } from '../../domain/money.ts';
import { formatInstant } from '../../domain/time.ts';
import { AUTO_FUNDING_TASK } from '../../keeper/keep-auto-funding.ts';
import type { AccountView } from '../../keeper/view.ts';
import { ProcessLock } from '../../store/process-lock.ts';
import type { Store } from '../../store/store.ts';
import { accountAtBrake, type BrakeOptions, type Brakes, brakeOptions, openBrakes } from '../brakes.ts';
import { type CapRow, capRows } from '../cap-rows.ts';
import { type ChargeStory, chargeStories } from '../charge-stories.ts';
import { type CliIo, EXIT } from '../cli-io.ts';
import { type CreditRow, creditRows } from '../credit-rows.ts';
import { alertShown } from '../fleet-troubles.ts';
import { plainText } from '../plain-text.ts';
import { readViews } from '../read-views.ts';
import { type Mode, modeDiffers, runningMode } from '../running-mode.ts';
import { textLines } from '../text-lines.ts';
import { whatNext } from '../what-next.ts';
import type { CommandFile } from './command.ts';

const INTENTS_SHOWN = 10;
const CREDITS_SHOWN = 5;

type Explanation = {
  readonly account: string;
  /** Of the purser that runs, else of the config; `null` where neither says. */
  readonly mode: Mode | null;
  /** What the config says else, and why it does not hold. */
  readonly mode_note: string | null;
  readonly is_running: boolean;
  readonly view: AccountView | null;
  /** What is wrong with it, as people were told. */
  readonly incidents: readonly { readonly id: string; readonly headline: string; readonly detail: string }[];
  /** What purser waits for, or what a person can do. */
  readonly next: readonly string[];
  readonly caps: readonly CapRow[];
  readonly holds: readonly { readonly kind: string; readonly reason: string; readonly since: string }[];
  readonly auto_funding: { readonly set: string; readonly at: string } | null;
  /** Card credits in the provider's ledger, newest first, whoever made them. */
  readonly credits: readonly CreditRow[];
  readonly intents: readonly ChargeStory[];
};

/** `purser explain ACCOUNT`: what, why, and what next. */
export const explain: CommandFile = (program, io, done) => {
  const command = program
    .command('explain')
    .argument('<account>', 'its name in the config')
    .summary('why an account is as it is')
    .description(
      'Shows what purser last saw of an account, what it decided and why, what is wrong, its caps, the money that came from cards and by ' +
        'whom, and the story of its last charges. ' +
        'Where the config does not load, all but its caps.',
    )
    .addHelpText('after', '\nExample:\n  purser explain render-eu');
  brakeOptions(command).action(async (name: string, options: BrakeOptions) => {
    const brakes = openBrakes(io, options, { account: name, create: false });
    try {
      const found = await explanation(io, brakes, accountAtBrake(brakes, name));
      io.stdout.write(options.json ? `${JSON.stringify(found)}\n` : explanationText(found, io.stdoutColumns));
    } finally {
      brakes.store.close();
    }
    done(EXIT.ok);
  });
};

async function explanation(
  io: CliIo,
  { spec, store, path }: Brakes,
  account: AccountName,
): Promise<Explanation> {
  const { journal } = store;
  const inConfig = spec?.accounts.get(account);
  const usage =
    spec === null || inConfig === undefined
      ? []
      : await journal.usage(capScopes(spec, inConfig), io.clock.now());
  const holds = await journal.holds(account);
  const running = runningMode(store, path);
  const mode = running ?? spec?.mode ?? null;
  const view = readViews(store).find((one) => one.account === account) ?? null;
  return {
    account,
    mode,
    mode_note: spec === null ? null : modeDiffers(spec.mode, running),
    is_running: ProcessLock.isTaken(path),
    view,
    incidents: store
      .firingIncidents()
      .filter(({ fact }) => fact.account === account)
      .map((state) => ({ id: state.fingerprint, headline: alertShown(state), detail: state.fact.detail })),
    next: [view?.wallet, view?.subscription].flatMap((made) =>
      made === null || made === undefined ? [] : (whatNext(account, made, mode) ?? []),
    ),
    caps: usage.flatMap(({ scope, usage: used }) => capRows(scope, used)),
    auto_funding: autoFundingOf(store, account),
    holds: holds.map(({ kind, reason, since }) => ({ kind, reason, since: formatInstant(since) })),
    credits: creditRows(store, account, CREDITS_SHOWN),
    intents: await chargeStories(store, account, INTENTS_SHOWN),
  };
}

/** What purser last said; what the provider has cannot be read back. */
function autoFundingOf(store: Store, name: AccountName): Explanation['auto_funding'] {
  const record = store.upkeep.read(name, AUTO_FUNDING_TASK);
  return record === null ? null : { set: record.detail, at: formatInstant(record.at) };
}

function explanationText(found: Explanation, terminalColumns: number | null): string {
  const { view } = found;
  const lines = [found.account];
  if (view === null) lines.push(`  not seen yet${found.is_running ? '' : ': is `purser run` running?'}`);
  else {
    const balance =
      view.balance_usd === null
        ? 'balance unknown'
        : `$${(Math.floor(view.balance_usd * 100) / 100).toFixed(2)}`;
    lines.push(`  what   ${balance}, policy ${view.policy}, seen ${view.observed_at}`);
    for (const [subject, decision] of [
      ['wallet', view.wallet],
      ['subscription', view.subscription],
    ] as const) {
      if (decision !== null)
        lines.push(
          `  why    ${subject}: ${decision.sentence} [${decision.reason}]${decision.until === null ? '' : ` until ${decision.until}`}`,
        );
    }
    if (found.mode === 'observe') lines.push('  but    mode is observe: none of it is done');
    if (found.mode_note !== null) lines.push(`  note   ${found.mode_note}`);
    if (view.failure !== null) lines.push(`  but    not seen since: ${view.failure}; the above is old`);
    lines.push(...[...new Set(found.next)].map((words) => `  next   ${words}`));
  }
  for (const { headline, detail } of found.incidents)
    lines.push(`  wrong  ${plainText(headline)}. ${plainText(detail)}`);
  for (const hold of found.holds) lines.push(`  held   ${hold.kind} since ${hold.since}: ${hold.reason}`);
  const recharge = found.auto_funding;
  if (recharge !== null)
    lines.push(`  kept   the provider's own recharge: ${recharge.set}, as purser set it at ${recharge.at}`);
  for (const cap of found.caps) {
    lines.push(
      `  cap    ${scopeWords({ kind: cap.scope, name: cap.name })}, ${cap.window}: ${money(cap.used_usd)} of ${money(cap.limit_usd)}`,
    );
  }
  for (const credit of found.credits) {
    lines.push(`  came   ${money(credit.amount_usd)} at ${credit.at}, ${creditMaker(credit)}`);
  }
  for (const intent of found.intents) {
    lines.push(
      `  ${intent.id}  ${intent.kind}  ${money(intent.settled_usd ?? intent.amount_usd)}  ${intent.state}${intent.detail === null ? '' : ` (${intent.detail})`}`,
    );
    if (intent.payment_url !== null) lines.push(`    pay   ${intent.payment_url}`);
    lines.push(
      ...intent.story.map(
        (entry) => `    ${entry.at}  ${entry.to}${entry.why === entry.to ? '' : `  ${entry.why}`}`,
      ),
    );
  }
  if (found.intents.length === 0) lines.push('  no charge yet');
  return `${textLines(lines, terminalColumns)}\n`;
}

function creditMaker({ made_by: madeBy, id, intent }: CreditRow): string {
  if (madeBy === 'purser') return `charged by purser (${intent})`;
  if (madeBy === 'others') return `not by purser (ledger row ${id})`;
  return `ledger row ${id}, which may be of a charge that is open`;
}

function money(usd: number): string {
  return formatCents(Math.round(usd * 100) as Cents); // came from cents a few lines above
}

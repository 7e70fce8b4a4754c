import { type Cents, formatCents, formatMicroUsd, usdFromCents } from '../../domain/money.ts';
import type { FleetSpec } from '../../domain/spec.ts';
import { type EpochMs, formatDuration } from '../../domain/time.ts';
import type { PlannedAccount } from '../../keeper/plan-account.ts';
import { decisionView, intentView } from '../../keeper/view.ts';
import { EXIT } from '../cli-io.ts';
import { type Daemon, openDaemon } from '../daemon.ts';
import { blindNotes, planAll, priceList } from '../plan-all.ts';
import { quietLog } from '../quiet-log.ts';
import { readConfig } from '../read-config.ts';
import type { PriceList } from '../rule-changes.ts';
import { modeDiffers, runningMode } from '../running-mode.ts';
import { textLines } from '../text-lines.ts';
import { type WorstCase, worstCaseInFleet, worstCaseOfFleet } from '../worst-case.ts';
import { CONFIG_DEFAULT, type CommandFile } from './command.ts';

type PlanFlags = { config: string; exitCode: boolean; json: boolean };

/** `purser plan`: what the next pass would do, and what the caps allow at worst. Sends nothing but GETs. */
export const plan: CommandFile = (program, io, done) => {
  program
    .command('plan')
    .summary('show what would be done, and do nothing')
    .description(
      'Reads every account and shows what the next pass would do, with reason, amount, card and key. Only reads.',
    )
    .option('--exit-code', 'exit with 2 where something would be done', false)
    .option('--config <file>', 'the config', CONFIG_DEFAULT)
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\nExample:\n  purser plan --config purser.yaml')
    .action(async (options: PlanFlags) => {
      const { spec } = readConfig(io, options.config);
      const daemon = await openDaemon({ io, spec, log: quietLog(io), stop: io.stop, role: 'plan' });
      let planned: readonly PlannedAccount[];
      let plans: PriceList | null;
      const notes = notesOf(spec, daemon, io.clock.now());
      try {
        planned = await planAll(daemon, io.progress);
        plans = await priceList(daemon, planned);
      } finally {
        await daemon.close();
      }
      const fleet = worstCaseOfFleet(spec, plans);
      const known = { spec, fleet, plans, notes: [...notes, ...blindNotes(spec, planned)] };
      io.stdout.write(
        options.json
          ? `${JSON.stringify(planJson(planned, known))}\n`
          : planText(planned, known, io.stdoutColumns),
      );
      const hasChanges = planned.some((one) => one.kind === 'decided' && one.intents.length > 0);
      const isSeen = planned.every((one) => one.kind === 'decided');
      const seen = isSeen ? EXIT.ok : EXIT.failure;
      done(options.exitCode && hasChanges ? EXIT.planHasChanges : seen);
    });
};

type Known = {
  readonly spec: FleetSpec;
  readonly fleet: WorstCase;
  readonly plans: PriceList | null;
  readonly notes: readonly string[];
};

/** What keeps the daemon from doing it, whatever the accounts are like. */
function notesOf({ mode, quarantineMs, store }: FleetSpec, daemon: Daemon, now: EpochMs): readonly string[] {
  const running = runningMode(daemon.store, store.path);
  const differs = modeDiffers(mode, running);
  const isObserving = (running ?? mode) === 'observe';
  const begun = daemon.store.quarantineUntil();
  const lastsMs = daemon.isNewJournal ? quarantineMs : begun === null ? 0 : begun - now;
  return [
    ...(isObserving ? ['mode is observe: none of it is done; `mode: enforce` would do it'] : []),
    ...(differs === null ? [] : [differs]),
    ...(lastsMs > 0
      ? [
          `the journal is new: purser run only watches for ${formatDuration(lastsMs)} before it does anything; purser adopt ends that`,
        ]
      : []),
  ];
}

function planJson(planned: readonly PlannedAccount[], { spec, fleet, plans, notes }: Known) {
  return {
    notes,
    accounts: planned.map((one) => {
      const base = {
        account: one.account.name,
        worst_case: worstJson(worstCaseInFleet(spec, one.account, plans)),
      };
      if (one.kind === 'unseen') return { ...base, failure: one.reason };
      const { verdict, intents } = one;
      const actions = intents.map((intent, index) => {
        const { kind, key, card, amount_usd, anchor, attempt } = intentView(intent);
        const decision = verdict.charges[index]?.decision;
        return {
          kind,
          reason: decision?.reason,
          sentence: decision?.sentence,
          amount_usd,
          card,
          key,
          anchor,
          attempt,
        };
      });
      return {
        ...base,
        wallet: decisionView(verdict.wallet),
        subscription: decisionView(verdict.subscription),
        actions,
      };
    }),
    worst_case: worstJson(fleet),
  };
}

function worstJson({ dayCents, monthCents }: WorstCase) {
  return {
    day_usd: dayCents === null ? null : usdFromCents(dayCents),
    month_usd: monthCents === null ? null : usdFromCents(monthCents),
  };
}

function planText(planned: readonly PlannedAccount[], known: Known, terminalColumns: number | null): string {
  const { fleet, notes } = known;
  const lines = planned.flatMap((one) => accountLines(one, known));
  const intents = planned.flatMap((one) => (one.kind === 'decided' ? one.intents : []));
  const total = intents.reduce((sum, intent) => sum + intent.amountCents, 0);
  const count = `${intents.length} action${intents.length === 1 ? '' : 's'}`;
  const summary = `Plan: ${count}, ${formatCents(total as Cents)} now; at worst ${worstText(fleet)} for the whole fleet.`; // a sum of cents
  const noted = notes.map((note) => `Note: ${note.replace(/[^?]$/, '$&.')}`);
  return `${textLines([...lines, '', summary, ...noted, 'Nothing was sent but reads.'], terminalColumns)}\n`;
}

function accountLines(one: PlannedAccount, { spec, plans }: Known): readonly string[] {
  const worst = `at worst ${worstText(worstCaseInFleet(spec, one.account, plans))}`;
  if (one.kind === 'unseen') return [`? ${one.account.name}  not seen: ${one.reason}`];
  const { verdict, intents, sight } = one;
  const balance = sight.balanceMicroUsd === null ? '' : `  ${formatMicroUsd(sight.balanceMicroUsd)}`;
  const head = `${intents.length > 0 ? '+' : ' '} ${one.account.name}${balance}  (${worst})`;
  const holds = [verdict.wallet, verdict.subscription]
    .filter((decision) => decision !== null && decision.kind !== 'charge')
    .map(
      (decision) =>
        `    ${decision?.kind === 'needs_human' ? 'needs a person' : 'nothing'}: ${decision?.sentence}`,
    );
  const actions = intents.flatMap((intent, index) => [
    `    ${intent.kind.replace('_', '-')} ${formatCents(intent.amountCents)}: ${verdict.charges[index]?.decision.sentence}`,
    `      reason ${verdict.charges[index]?.decision.reason}  card ${intent.card ?? 'none'}  key ${intent.key}`,
  ]);
  return [head, ...actions, ...holds];
}

function worstText({ dayCents, monthCents }: WorstCase): string {
  const day = dayCents === null ? 'without limit' : formatCents(dayCents);
  const month = monthCents === null ? 'without limit' : formatCents(monthCents);
  return `${day} a day, ${month} a month`;
}

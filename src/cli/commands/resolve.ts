import { fingerprint } from '../../alerts/fingerprint.ts';
import { payReason } from '../../alerts/incident-facts.ts';
import { type Intent, isOpen, LINK_LIFE_MS, linkEndsAt } from '../../charge/intent.ts';
import type { AccountHold } from '../../charge/journal.ts';
import { EXPIRY_GRACE_MS } from '../../charge/next-move.ts';
import { onOperator } from '../../charge/step.ts';
import type { IntentId } from '../../domain/ids.ts';
import { formatCents } from '../../domain/money.ts';
import { addMs, formatDuration, formatInstant, MINUTE_MS } from '../../domain/time.ts';
import { subjectOf } from '../../keeper/open-facts.ts';
import type { Store } from '../../store/store.ts';
import { type CliIo, EXIT, ExitWith } from '../cli-io.ts';
import { confirmByName, usage } from '../hand-command.ts';
import { openStore } from '../open-store.ts';
import { readConfig } from '../read-config.ts';
import { CONFIG_DEFAULT, type CommandFile } from './command.ts';

/** Longer than any request waits for its answer. */
const ANSWER_MAX_MS = MINUTE_MS;

type ResolveFlags = { config: string; charged?: true; notCharged?: true; yes: boolean; json: boolean };

/** `purser resolve INTENT`: a person says what no machine can find out. */
export const resolve: CommandFile = (program, io, done) => {
  program
    .command('resolve')
    .argument('<intent>', 'its id, as alerts and `purser explain` show it (int_…)')
    .summary('say whether a doubtful charge happened')
    .description(
      "Closes a charge in doubt by your word. Look at the provider's dashboard first: a wrong word can charge twice. A payment " +
        'link is not closed while it can be paid: purser asks whether it was, and it ends by itself within a day.',
    )
    .option('--charged', 'the money was taken')
    .option('--not-charged', 'the money was not taken')
    .option('--yes', 'do not ask', false)
    .option('--config <file>', 'the config', CONFIG_DEFAULT)
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\nExample:\n  purser resolve int_0123456789abcdef --not-charged')
    .action(async (id: string, options: ResolveFlags) => {
      if ((options.charged === true) === (options.notCharged === true)) {
        usage('say either --charged or --not-charged');
      }
      const { spec } = readConfig(io, options.config);
      const store = openStore(io, spec, { create: false });
      try {
        const intent = await findOpen(store, id);
        refuseEarly(io, intent);
        refusePayable(io, intent);
        const verdict = options.charged === true ? 'charged' : 'not_charged';
        await confirm(io, intent, verdict, options.yes);
        await close(io, store, intent, verdict);
        const held = heldText(await store.journal.holds(intent.account));
        const text = `${intent.id} is closed as ${verdict.replace('_', ' ')}; ${intent.account} ${held}.`;
        io.stdout.write(
          options.json
            ? `${JSON.stringify({ intent: intent.id, account: intent.account, verdict })}\n`
            : `${text}\n`,
        );
      } finally {
        store.close();
      }
      done(EXIT.ok);
    });
};

async function findOpen(store: Store, id: string): Promise<Intent> {
  const intent = await store.journal.intent(id as IntentId); // a key to look up: one that is none finds nothing
  if (intent !== null && isOpen(intent)) return intent;
  const open = await store.journal.allOpenIntents();
  const names = open.slice(0, 10).map((one) => `${one.id} (${one.account})`);
  const hint = names.length === 0 ? 'No charge is open.' : `Open are ${names.join(', ')}.`;
  const message =
    intent === null ? `there is no intent ${JSON.stringify(id)}` : `${id} is closed (${intent.state.kind})`;
  throw new ExitWith(EXIT.usage, { code: 'not_open', message, mend: hint });
}

/** An answer may still be on its way: what is resolved under it would be resolved wrongly. */
function refuseEarly(io: CliIo, intent: Intent): void {
  const leftMs = intent.lastSendAt + ANSWER_MAX_MS - io.clock.now();
  if (leftMs <= 0) return;
  throw new ExitWith(EXIT.moneyNeedsAttention, {
    code: 'too_early',
    message: `${intent.id} was sent ${formatDuration(ANSWER_MAX_MS - leftMs)} ago and may still be answered`,
    mend: `Wait ${formatDuration(leftMs)}, look at \`purser explain ${intent.account}\`, and resolve it then.`,
    requestId: intent.requestId,
  });
}

/**
 * Nobody's word makes a page unpayable: closed while it can be paid, it would leave the caps and have a second one beside it.
 * No page is waited for longer than Stripe's last, whatever the provider says of its end.
 */
function refusePayable(io: CliIo, { id, account, state, requestId }: Intent): void {
  if (state.kind !== 'link_open') return;
  const endsAt = addMs(state.since, Math.min(linkEndsAt(state) - state.since, LINK_LIFE_MS));
  if (io.clock.now() >= addMs(endsAt, EXPIRY_GRACE_MS)) return;
  throw new ExitWith(EXIT.moneyNeedsAttention, {
    code: 'link_payable',
    message: `${id} is a payment link, which a person can pay until ${formatInstant(endsAt)}`,
    mend: `Leave it till then: purser asks whether it was paid, and ends it by itself; \`purser explain ${account}\` shows it.`,
    requestId,
  });
}

async function confirm(io: CliIo, intent: Intent, verdict: string, isSure: boolean): Promise<void> {
  const was = verdict === 'charged' ? 'was' : 'was NOT';
  const question = `${formatCents(intent.amountCents)} to ${intent.account} ${was} charged.`;
  await confirmByName(io, { question, name: intent.account, isSure });
}

async function close(
  io: CliIo,
  store: Store,
  intent: Intent,
  verdict: 'charged' | 'not_charged',
): Promise<void> {
  const { account, id } = intent;
  const now = io.clock.now();
  const { intent: after } = onOperator(intent, verdict, now);
  const headline = `${account}: resolved by hand as ${verdict.replace('_', ' ')}`;
  const over = [
    fingerprint('charge.outcome_unknown', account, id),
    fingerprint('payment.action_required', account, `requires_action/${id}`),
    ...(intent.state.kind === 'link_open'
      ? [fingerprint('payment.action_required', account, payReason(subjectOf(intent)))]
      : []),
  ];
  const ended = (told: string) => ({ kind: 'resolve', fingerprint: told, headline }) as const;
  const incidents = over.map(ended);
  await store.journal.record({ before: intent, after, now, why: 'operator', freeze: null, incidents });
  const isOver = [ended(fingerprint('purser.degraded', account, 'frozen'))];
  await store.journal.endFreezeOver(intent, isOver, now);
}

/** What is true of an account once one charge is closed: a pause, or a freeze for something else, goes on. */
function heldText(holds: readonly AccountHold[]): string {
  const states = holds.map(
    ({ kind, reason }) => `stays ${kind === 'pause' ? 'paused' : 'frozen'} (${reason})`,
  );
  return states.length === 0 ? 'is charged again when it needs it' : states.join(' and ');
}

import { cents, microUsd } from '../../src/domain/money.ts';
import { DAY_MS, epochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import type { Account, Subscription } from '../../src/sandbox/provider/account.ts';
import { issueToken } from '../../src/sandbox/provider/auth.ts';
import { completeAction, failAction, refund } from '../../src/sandbox/provider/human.ts';
import { creditCardPayment } from '../../src/sandbox/provider/ledger.ts';
import { openCard } from '../../src/sandbox/provider/open-world.ts';
import { executeCharge } from '../../src/sandbox/provider/processor.ts';
import type { DiskMood } from './disk.ts';
import { operate } from './operator.ts';
import { placeOrder } from './order.ts';
import type { Disturbance, Wishes } from './plan.ts';
import type { Run } from './run.ts';

const DECLINE_CODES = [
  'insufficient_funds',
  'generic_decline',
  'do_not_honor',
  'expired_card',
  'lost_card',
  'processing_error',
  'fraudulent',
  'unheard_of_code',
  'call_issuer',
] as const;
const JUMPS_MS = [
  HOUR_MS,
  -HOUR_MS,
  6 * MINUTE_MS,
  -6 * MINUTE_MS,
  365 * DAY_MS,
  -365 * DAY_MS,
  DAY_MS,
  -3 * DAY_MS,
  20 * MINUTE_MS,
];

/** Of the sandbox; all subscriptions are declared on one of these. */
const PLANS = [41, 42];

/** Makes one planned disturbance happen, unless shrinking has taken it out. */
export function disturb(run: Run, one: Disturbance): void {
  const { kind, id } = one;
  const account = accountOf(run, one);
  const about = `${account.name}, size ${one.size.toFixed(2)}`;
  if (!run.faults.strikes({ id, name: kind, atMs: run.timeline.nowMs, about })) return;
  run.trace.tell(`FAULT ${id} ${about}`);
  DEEDS[kind](run, one, account);
}

type Deed = (run: Run, one: Disturbance, account: Account) => void;

const DEEDS: Readonly<Record<Disturbance['kind'], Deed>> = {
  crash: (run, one) => {
    if (one.turn < 0.3) run.main.stop(scaled(one, 5 * SECOND_MS, HOUR_MS));
    else run.main.crash(scaled(one, SECOND_MS, 12 * HOUR_MS), 'kill -9');
  },
  crash_before_commit: (run, one) =>
    run.main.crashAt('before_commit', scaled(one, SECOND_MS, HOUR_MS), commitOf(one)),
  crash_after_commit: (run, one) =>
    run.main.crashAt('after_commit', scaled(one, SECOND_MS, HOUR_MS), commitOf(one)),
  crash_before_send: (run, one) => run.main.crashAt('before_send', scaled(one, SECOND_MS, DAY_MS)),
  crash_after_send: (run, one) => run.main.crashAt('after_send', scaled(one, SECOND_MS, DAY_MS)),
  wipe: (run, one) => {
    run.coverage.read(run.main);
    const downMs = scaled(one, SECOND_MS, HOUR_MS);
    run.main.crash(downMs, 'its disk is gone');
    run.main.replaceDisk(null);
  },
  restore: (run, one) => {
    const copy = run.main.copyDisk();
    if (copy === null) return;
    const origin = { of: run.main.lineage, copiedAtMs: run.timeline.nowMs };
    run.timeline.after(scaled(one, 10 * MINUTE_MS, 3 * DAY_MS), () => {
      if (run.isCalm) return;
      run.trace.tell('an old copy of the database is put back');
      run.main.crash(scaled(one, SECOND_MS, HOUR_MS), 'for a restore');
      run.main.replaceDisk(copy);
      run.noteRestored(run.main);
      run.copies.add(run.main.lineage, origin);
    });
  },
  pause: (run, one) => run.main.pause(scaled(one, MINUTE_MS, 30 * HOUR_MS)),
  clock_jump: (run, one) => {
    const jumpMs = JUMPS_MS[Math.floor(one.turn * JUMPS_MS.length)] ?? 0;
    run.main.skewMs = jumpMs;
    run.timeline.after(scaled(one, MINUTE_MS, 12 * HOUR_MS), () => {
      run.main.skewMs = 0;
    });
  },
  reload: (run, one) => run.main.reload(otherWishes(run.main.wishes, one)),
  outage: (run, one) => {
    const kinds = ['not_sent', 'request_lost', 'response_lost', 'error_after_effect'] as const;
    const isOfMoney = one.turn * 10 - Math.floor(one.turn * 10) < 0.4;
    run.startOutage(
      scaled(one, MINUTE_MS, isOfMoney ? 40 * HOUR_MS : 8 * HOUR_MS),
      kinds[Math.floor(one.turn * kinds.length)] ?? 'not_sent',
      isOfMoney,
    );
  },
  disk_full: (run, one) => mood(run, one, 'full'),
  disk_error: (run, one) => mood(run, one, 'failing'),
  disk_busy: (run, one) => mood(run, one, 'busy'),
  written_though_failed: (run, one) => mood(run, one, 'lying'),
  disk_refuses_arms: (run, one) => mood(run, one, 'full_for_arms'),
  card_declines: (run, one, account) => {
    const code = DECLINE_CODES[Math.floor(one.turn * DECLINE_CODES.length)] ?? 'generic_decline';
    behave(run, one, account, code);
  },
  card_swapped: (run, one, account) => {
    const now = epochMs(run.timeline.nowMs);
    const id = `pm_new${one.id.replaceAll('.', '')}${account.cards.length}`;
    const card = openCard(
      { id, brand: 'mastercard', last4: '5454', behaviour: 'succeed', fingerprint: `face-${id}` },
      now,
    );
    account.cards = one.turn < 0.5 ? [card] : [...account.cards, card];
    account.defaultCard = card.id;
  },
  asks_3ds: (run, one, account) => {
    behave(run, one, account, 'requires_action');
    if (one.turn < 0.7)
      run.timeline.after(scaled(one, MINUTE_MS, 30 * HOUR_MS), () => answerAll(run, account, one.turn < 0.5));
  },
  person_confirms: (run, _, account) => answerAll(run, account, true),
  person_refuses: (run, _, account) => answerAll(run, account, false),
  foreign_credit: (run, one, account) => {
    const now = epochMs(run.timeline.nowMs);
    const [card] = account.cards;
    if (card === undefined) return;
    const works = { ...card, behaviour: 'succeed' };
    // Of our own usual amount every other time: what is easily taken for ours.
    const amountCents = one.turn < 0.5 ? run.main.wishes.topUpCents : Math.round(scaled(one, 500, 9_000));
    const result = executeCharge(run.world, account, {
      card: works,
      amountCents: cents(amountCents),
      kind: 'fund',
      key: null,
      at: now,
      description: 'by a person',
      canWait: false,
    });
    if (result.kind !== 'succeeded') return;
    creditCardPayment(run.world, account, {
      intent: result.intent,
      usecase: one.turn < 0.75 ? 'wallet_funding' : 'auto_recharge',
      at: now,
    });
  },
  auto_funding: (run, one, account) => {
    account.autoFunding = {
      amountCents: cents(500 + Math.round(one.size * 3_000)),
      thresholdCents: cents(Math.round(one.turn * 3_000) + 100),
      notBefore: epochMs(run.timeline.nowMs),
    };
    run.timeline.after(scaled(one, HOUR_MS, 3 * DAY_MS), () => {
      account.autoFunding = null;
    });
  },
  refund: (run, _, account) => {
    const paid = Object.values(account.intents).findLast(
      (intent) => intent.status === 'succeeded' && intent.kind === 'fund' && !intent.isRefunded,
    );
    if (paid === undefined) return;
    refund(run.world, account, paid, epochMs(run.timeline.nowMs));
    run.oracle.refunded(account.name, paid.id, run.main);
  },
  token_expires: (run, one, account) => {
    const now = epochMs(run.timeline.nowMs);
    for (const text of account.tokens) {
      const token = run.world.tokens[text];
      if (token !== undefined) token.expiresAt = now;
    }
    run.timeline.after(scaled(one, MINUTE_MS, DAY_MS), () => {
      const known = run.credentials.get(account.name);
      if (known === undefined) return;
      const token = `${known.token}-${one.id}`;
      issueToken(run.world, account, { text: token, expiresAt: null });
      run.credentials.set(account.name, { ...known, token });
      for (const machine of run.machines) machine.reload(machine.wishes);
    });
  },
  slack_down: (run, one) => run.slackDown(scaled(one, MINUTE_MS, 4 * DAY_MS)),
  burn_changes: (run, one, account) => {
    run.trace.tell(`${account.name} burns differently`);
    account.burnMicroUsdPerHour = microUsd(Math.round(scaled(one, 100_000, 30_000_000)));
  },
  second_instance: (run, one) => {
    const known = run.machines[1];
    const wishes = {
      ...run.main.wishes,
      topUpCents: one.turn < 0.5 ? run.main.wishes.topUpCents : run.main.wishes.topUpCents + 700,
    };
    const second = known ?? run.addMachine('B', wishes);
    second.isRetired = false;
    second.boot();
    run.timeline.after(scaled(one, 30 * MINUTE_MS, 5 * DAY_MS), () => second.stop(null));
  },
  operator: (run) => operate(run),
  // The next charge is the last that the card can pay for.
  card_runs_dry: (run, one, account) =>
    run.onNextCharge(account.name, () => behave(run, one, account, 'insufficient_funds')),
  plan_lapses: (run, one, account) =>
    onPlan(account, 'active', (subscription) => {
      subscription.status = 'past_due';
      subscription.periodEnd = epochMs(run.timeline.nowMs);
      subscription.cancelAt = epochMs(Math.round(run.timeline.nowMs + scaled(one, 6 * HOUR_MS, 7 * DAY_MS)));
    }),
  plan_canceled: (_, __, account) =>
    onPlan(account, 'active', (subscription) => {
      subscription.status = 'canceled';
    }),
  plan_paused: (run, one, account) =>
    onPlan(account, 'active', (subscription) => {
      subscription.status = 'paused';
      if (one.turn < 0.5) subscription.periodEnd = epochMs(run.timeline.nowMs); // what follows is not paid yet
    }),
  plan_left: (_, __, account) =>
    onPlan(account, 'active', (subscription) => {
      subscription.planId = PLANS.find((id) => id !== subscription.planId) ?? subscription.planId;
    }),
  // A late word of a failure: what is paid for is called past due.
  plan_unpaid: (_, __, account) =>
    onPlan(account, 'active', (subscription) => {
      subscription.status = 'past_due';
    }),
  // The provider's own recharge, of our own usual amount.
  own_recharge: (run, one, account) => {
    account.autoFunding = {
      amountCents: cents(run.main.wishes.topUpCents),
      thresholdCents: cents(run.main.wishes.minCents + 100),
      notBefore: epochMs(run.timeline.nowMs),
    };
    run.timeline.after(scaled(one, HOUR_MS, DAY_MS), () => {
      account.autoFunding = null;
    });
  },
  order_fund: (run, one, { name }) => placeOrder(run, 'fund', one, name),
  order_ensure: (run, one, { name }) => placeOrder(run, 'ensure', one, name),
  account_leaves: (run, one, account) => {
    const { main } = run;
    main.away.add(account.name);
    main.reload(main.wishes);
    run.timeline.after(scaled(one, 10 * MINUTE_MS, DAY_MS), () => {
      if (!main.away.delete(account.name)) return;
      main.reload(main.wishes);
    });
  },
};

/** What a person or the bank does to the subscription that the config declares. */
function onPlan(
  { subscriptions }: Account,
  status: Subscription['status'],
  deed: (subscription: Subscription) => void,
): void {
  const subscription = subscriptions.findLast((one) => one.status === status);
  if (subscription !== undefined) deed(subscription);
}

/** Any commit, or one of the first after a money call. */
function commitOf({ turn }: Disturbance): number | null {
  return turn < 0.3 ? null : 1 + Math.floor(((turn - 0.3) / 0.7) * 4);
}

function mood(run: Run, one: Disturbance, value: DiskMood): void {
  run.main.mood = value;
  run.timeline.after(scaled(one, SECOND_MS, 6 * HOUR_MS), () => {
    run.main.mood = 'well';
  });
}

/** The account's default card, and every one with the same face, for a while. */
function behave(run: Run, one: Disturbance, account: Account, behaviour: string): void {
  const card = account.cards.find(({ id }) => id === account.defaultCard);
  if (card === undefined) return;
  const same = Object.values(run.world.accounts).flatMap(({ cards }) =>
    cards.filter(({ fingerprint }) => fingerprint === card.fingerprint),
  );
  for (const each of same) each.behaviour = behaviour;
  run.timeline.after(scaled(one, 10 * MINUTE_MS, 3 * DAY_MS), () => {
    for (const each of same) if (each.behaviour === behaviour) each.behaviour = 'succeed';
  });
}

function answerAll(run: Run, account: Account, isConfirmed: boolean): void {
  const now = epochMs(run.timeline.nowMs);
  for (const intent of Object.values(account.intents)) {
    if (intent.status !== 'requires_action') continue;
    run.trace.tell(`a person ${isConfirmed ? 'confirms' : 'refuses'} ${intent.id}`);
    run.oracle.watching({ call: null }, () => {
      if (isConfirmed) completeAction(run.world, account, intent, now);
      else failAction(run.world, intent);
      return null;
    });
  }
}

function otherWishes(wishes: Wishes, { turn, size }: Disturbance): Wishes {
  if (turn < 0.35) return { ...wishes, dayCents: Math.round(wishes.dayCents * (0.3 + 0.6 * size)) };
  if (turn < 0.5) return { ...wishes, dayCents: Math.round(wishes.dayCents * (1 + size)) };
  if (turn < 0.7) return { ...wishes, topUpCents: 1_000 + Math.round(size * 7_000) };
  if (turn < 0.85) return { ...wishes, minCents: 500 + Math.round(size * 4_000) };
  return { ...wishes, usesOtherCards: !wishes.usesOtherCards };
}

function accountOf(run: Run, one: Disturbance): Account {
  const name = run.plan.accounts[one.account % run.plan.accounts.length]?.name ?? '';
  const account = run.world.accounts[name];
  if (account === undefined) throw new Error(`there is no account ${name}`);
  return account;
}

function scaled({ size }: Disturbance, low: number, high: number): number {
  return low * (high / low) ** size;
}

import { type Mutant, one } from './mutant.ts';

/** Without it the total of the wallet, not the rows alone, keeps a late charge from being called absent. */
const NO_UNSHOWN_MONEY = {
  file: 'src/keeper/settle-intent.ts',
  before: 'const isLate = addsUp && hasUnshownMoney(',
  after: 'const isLate = memory.hasEquationHeld === null && hasUnshownMoney(',
};

/** Breakages of what stands around the core: store, disk, clock, cards, fences, alerts. */
export const MORE_MUTANTS: readonly Mutant[] = [
  one(
    'the key is drawn by chance',
    'src/keeper/arm-charge.ts',
    'kind: action.kind, anchor: need.anchor, attempt },',
    'kind: action.kind, anchor: context.random.hex(16), attempt },',
  ),
  {
    name: 'commits are not synced before the send',
    edits: [
      {
        file: 'src/store/open-database.ts',
        before: 'PRAGMA synchronous = FULL',
        after: 'PRAGMA synchronous = NORMAL',
      },
      {
        file: 'src/store/open-database.ts',
        before: 'const SYNCHRONOUS_FULL = 2;',
        after: 'const SYNCHRONOUS_FULL = 1;',
      },
    ],
  },
  one(
    'the send does not wait for the commit of its arming',
    'src/keeper/arm-charge.ts',
    'const result = await arm(context, desk, { intent, scopes, now: intent.armedAt, incidents: [] });',
    `arm(context, desk, { intent, scopes, now: intent.armedAt, incidents: [] }).catch(() => undefined);
  const result = { kind: 'armed' };`,
  ),
  one(
    'a commit that failed is taken for one that was made',
    'src/store/database.ts',
    'for (const work of batch) work.reject(cause);\n      return;',
    'for (const work of batch) work.resolve();\n      return;',
  ),
  one(
    'the HTTP client repeats what was lost',
    'src/modelslab/provider-client.ts',
    'const reply = await this.#transport.request({',
    `const again = await this.#transport.request({
      method: endpoint.method,
      url,
      headers,
      body: call.body,
      timeoutMs: this.#timeoutMs,
      signal: call.signal,
    });
    const reply = again.kind !== 'lost' ? again : await this.#transport.request({`,
  ),
  one(
    'a replay has other bytes',
    'src/keeper/send.ts',
    "body: intent.body === '' ? undefined : intent.body,",
    "body: intent.body === '' ? undefined : intent.sends > 1 ? `${intent.body} ` : intent.body,",
  ),
  one(
    'a key is sent for ever',
    'src/charge/next-move.ts',
    'return !intent.canReplay || keyAgeMs(intent, now) >= limits.horizonMs;',
    'return !intent.canReplay || now - intent.armedAt >= 90 * limits.horizonMs;',
  ),
  one(
    'replays go on without a look at the ledger',
    'src/charge/next-move.ts',
    'const isFast = isEarly && (asked.isReplaySafe || !isLooked);',
    'const isFast = canSend;',
  ),
  one(
    'after a crash a journalled send is taken for one that never left',
    'src/charge/answer-step.ts',
    "return doubt({ ...intent, hasUnclearSend: true }, 'no_answer_recorded', now);",
    "return release(intent, 'absent', null, now);",
  ),
  one(
    'a 503 is proof that nothing was done',
    'src/charge/outcome.ts',
    "why: 'unavailable', isCertain: false,",
    "why: 'unavailable', isCertain: true,",
  ),
  one(
    'a decline is believed without a look at its payment, whatever was sent before',
    'src/charge/answer-step.ts',
    'const isProven = declined.paymentIntent === null && !declined.hasUnclearSend;',
    'const isProven = declined.paymentIntent !== undefined;',
  ),
  one(
    'a refusal is believed, whatever was sent before',
    'src/charge/answer-step.ts',
    'const next = intent.hasUnclearSend\n',
    'const next = intent.sends < 0\n',
  ),
  {
    name: 'one look is enough to call a charge absent',
    edits: [
      {
        file: 'src/charge/next-move.ts',
        before: '  quietMs: 2 * HOUR_MS,',
        after: '  quietMs: 0,',
      },
      {
        file: 'src/charge/next-move.ts',
        before: '  absentLooksApartMs: 10 * MINUTE_MS,',
        after: '  absentLooksApartMs: 0,',
      },
      NO_UNSHOWN_MONEY,
    ],
  },
  one(
    'a page that waits for its card holder is let go',
    'src/charge/step.ts',
    "  if (status === 'pending' || status === 'unknown') {",
    "  if (status === 'pending' && state.kind === 'action') return calm(release(intent, 'absent', null, now));\n  if (status === 'pending' || status === 'unknown') {",
  ),
  {
    name: 'a charge whose row is late is called absent',
    edits: [
      {
        file: 'src/charge/step.ts',
        before:
          "    state.kind === 'in_doubt' || state.kind === 'armed' || (isAnswered(state) && intent.hasUnclearSend);",
        after: "    state.kind === 'in_doubt' || state.kind === 'charged' || state.kind === 'armed';",
      },
      {
        file: 'src/charge/step.ts',
        before: 'now - dueSince(state) >= limits.absentMs',
        after: 'now < limits.absentMs',
      },
      NO_UNSHOWN_MONEY,
    ],
  },
  { name: 'money without a row is no reason to wait', edits: [NO_UNSHOWN_MONEY] },
  one(
    'the balance of an answer tells nothing',
    'src/charge/answer-step.ts',
    "if (evidenceOf(intent.kind) !== 'ledger' || balanceMicroUsd === null) return intent;",
    'if (intent.sends > 0 || balanceMicroUsd === null) return intent;',
  ),
  {
    name: 'a new journal charges at once',
    edits: [
      {
        file: 'src/store/watch.ts',
        before: 'if (quarantineMs === 0) return;',
        after: 'if (quarantineMs >= 0) return;',
      },
    ],
  },
  one('a new journal charges as often as it likes', 'src/policy/decide.ts', '  wallet.probation,\n', ''),
  {
    name: 'caps go by the clock of this machine alone',
    edits: [
      {
        file: 'src/policy/shared-checks.ts',
        before: 'Math.abs(clockSkewMs) <= CLOCK_SKEW_MAX_MS\n',
        after: 'Math.abs(clockSkewMs) >= 0\n',
      },
      {
        file: 'src/keeper/context.ts',
        before: 'return isBelievable && maxMs > now ? epochMs(maxMs) : now;',
        after: 'return isBelievable && maxMs > now ? now : now;',
      },
    ],
  },
  one(
    'what the ledger shows of others counts against no cap',
    'src/store/credits.ts',
    'if (intent === null) this.#exposure.countForeign({ account, group }, credit, countsFrom);',
    'if (intent === null) continue;',
  ),
  one(
    'shared caps count one account only',
    'src/store/exposure.ts',
    "    case 'fleet':\n      return { where: '', values: [] };",
    "    case 'fleet':\n      return { where: 'account = ? AND', values: ['nobody'] };",
  ),
  one(
    'a card is known by its id, not by its face',
    'src/policy/ladder.ts',
    'return card.fingerprint ?? face ?? card.id;',
    'return card.id ?? face ?? card.fingerprint;',
  ),
  {
    name: 'a declined card may be tried every hour',
    edits: [
      {
        file: 'src/domain/card-ceiling.ts',
        before: 'const REST_MS = [6 * HOUR_MS, 24 * HOUR_MS, 72 * HOUR_MS, 168 * HOUR_MS];',
        after: 'const REST_MS = [HOUR_MS];',
      },
      {
        file: 'src/domain/card-ceiling.ts',
        before: 'const DECLINES_PER_DAY_MAX = 2;',
        after: 'const DECLINES_PER_DAY_MAX = 24;',
      },
      {
        file: 'src/domain/card-ceiling.ts',
        before: 'const DECLINES_PER_MONTH_MAX = 5;',
        after: 'const DECLINES_PER_MONTH_MAX = 500;',
      },
    ],
  },
  one(
    'the amount that was asked for is booked, not what the ledger shows',
    'src/charge/step.ts',
    "enter(known, { kind: 'settled', at: now, amountCents, credit: id, by: 'ledger', ...caution }),",
    "enter(known, { kind: 'settled', at: now, amountCents: amountCents > 0 ? intent.amountCents : amountCents, credit: id, by: 'ledger', ...caution }),",
  ),
  {
    name: 'a key of which a POST may have charged is taken up again',
    edits: [
      {
        file: 'src/charge/intent.ts',
        before: "return state.kind === 'released' && state.because === 'refused' && state.code === null;",
        after: "return state.kind === 'released';",
      },
    ],
  },
  one(
    'a token stands in the log',
    'src/keeper/arm-charge.ts',
    '    revision: intent.revision,\n  });',
    '    revision: `${intent.revision} ${sight.caller.token.reveal()}`,\n  });',
  ),
  one(
    'a wallet that is held back is told to nobody',
    'src/keeper/decision-facts.ts',
    '    account: frozenFacts(decided),\n    wallet: walletFacts(decided),',
    '    account: [],\n    wallet: [],',
  ),
  one(
    'a torn look is trusted',
    'src/keeper/judge-look.ts',
    "    context.log.warn('look.torn', { account: runtime.name, anchor: anchorOf(look).id });\n    return inconsistent;",
    "    context.log.warn('look.torn', { account: runtime.name, anchor: anchorOf(look).id });\n    return consistent;",
  ),
  one(
    'a freeze is written down, and told to nobody',
    'src/store/incidents.ts',
    'if (tell === null || fact === null) return;',
    "if (tell === null || fact === null || fact.headline.includes('is frozen')) return;",
  ),
  one(
    'a subscription that is past due is bought anew beside itself',
    'src/policy/subscription-checks.ts',
    "return { kind: 'fix_payment', subscription: trouble.subscription.id, card: card.id };",
    "return { kind: 'subscribe', plan: plan.id, card: card.id };",
  ),
  one(
    'a subscription that is not as declared is neither mended nor told',
    'src/policy/subscription-checks.ts',
    '  if (findTrouble(one) !== null) return null;\n',
    '',
  ),
  one(
    'a freeze whose intent stays as it was is not written down',
    'src/keeper/record-step.ts',
    'if (isDeepStrictEqual(before, after) && step.freeze === null && !step.isTwin) return before;',
    'if (isDeepStrictEqual(before, after) && !step.isTwin) return before;',
  ),
  one(
    'a new journal pays for a subscription every hour',
    'src/policy/subscription-checks.ts',
    "if (standing.watch.kind !== 'probation' || last === null || now - last >= DAY_MS) return null;",
    "if (standing.watch.kind !== 'probation' || last === null || now - last >= HOUR_MS) return null;",
  ),
  one(
    'an order is told as done when its charge was asked for again',
    'src/keeper/answer-intent.ts',
    '  } else if (isOpen(intent)) {\n',
    `  } else if (isOpen(intent) && intent.sends > 1) {
    placed.answer({ outcome: 'done', reason: state.kind, sentence: 'done', ...told });
  } else if (isOpen(intent)) {\n`,
  ),
  one(
    'an order takes the amount of the policy',
    'src/policy/decide-order.ts',
    'return within(one, { what: `${what} with ${nameOf(card)}`, amountCents: order.amountCents, action });',
    'return within(one, { what, amountCents: one.spec.topUp.amountCents ?? order.amountCents, action });',
  ),
  one(
    'what was answered stays on the desk',
    'src/keeper/order-desk.ts',
    'if (this.#placed.delete(placed)) resolve(answer);',
    'if (this.#placed.has(placed)) resolve(answer);',
  ),
];

import { MORE_MUTANTS } from './more-mutants.ts';
import { type Mutant, one } from './mutant.ts';

/** Breakages of the charging core, each of which the simulator has to see. */
export const MUTANTS: readonly Mutant[] = [
  one(
    'the key is made of the clock',
    'src/keeper/arm-charge.ts',
    'kind: action.kind, anchor: need.anchor, attempt },',
    'kind: action.kind, anchor: `${need.anchor}/${now}`, attempt },',
  ),
  one(
    'the amount is in the key',
    'src/keeper/arm-charge.ts',
    'kind: action.kind, anchor: need.anchor, attempt },',
    'kind: action.kind, anchor: `${need.anchor}/${amountCents}`, attempt },',
  ),
  one(
    'a timeout releases',
    'src/charge/answer-step.ts',
    'return { ...calm(doubt(doubted, outcome.why, now)), isTwin: outcome.isKeyConflict };',
    "return calm(release(doubted, 'absent', null, now));",
  ),
  one(
    'a lost answer is taken for a request that was never sent',
    'src/charge/outcome.ts',
    "if (answer.kind === 'lost') return unclear(answer.reason);",
    "if (answer.kind === 'lost') return { kind: 'no_effect', why: 'not_sent', isCertain: true, retryAfterMs: null };",
  ),
  one(
    'caps are checked outside the arming transaction only',
    'src/store/arming.ts',
    'for (const scope of request.scopes) {',
    'for (const scope of request.scopes.slice(0, 0)) {',
  ),
  one(
    'what is in doubt counts against no cap',
    'src/store/exposure.ts',
    'if (intent.amountCents === 0) return; // a call that charges nothing by itself counts against nothing',
    'if (intent.amountCents >= 0) return;',
  ),
  one('a stale page is trusted', 'src/policy/decide.ts', '  wallet.anchorStale,\n', ''),
  one(
    'no anchor floor',
    'src/keeper/absorb-credits.ts',
    'if (known === null) return seen;',
    'if (known === null || seen.id !== known.id) return seen;',
  ),
  one(
    'messages are written after the transaction of their fact',
    'src/store/sqlite-journal.ts',
    `          intent: after.id,
        });
      this.#incidents.apply(change.incidents, now);`,
    `          intent: after.id,
        });
      this.#database.write(() => this.#incidents.apply(change.incidents, now)).catch(() => undefined);`,
  ),
  one(
    'a replay has a key of its own',
    'src/keeper/send.ts',
    'idempotencyKey: intent.key,\n  });',
    'idempotencyKey: (intent.sends > 1 ? `${intent.key}r` : intent.key) as typeof intent.key,\n  });',
  ),
  one(
    'a replay is not journalled',
    'src/keeper/send.ts',
    'const intent = await context.journal.recordSend(one.intent, moneyNow(context));',
    'const intent = { ...one.intent, sends: one.intent.sends + 1 };',
  ),
  {
    name: 'a freeze holds nothing back',
    edits: [
      {
        file: 'src/policy/decide.ts',
        before: 'const WALLET_CHECKS = [\n  shared.frozen,\n',
        after: 'const WALLET_CHECKS = [\n',
      },
      {
        file: 'src/store/arming.ts',
        before: 'if (held !== undefined) return',
        after: 'if (held !== undefined && intent.amountCents === 0) return',
      },
      {
        file: 'src/keeper/decide-account.ts',
        before: 'if (isInQuestion && standing.frozenBecause === null) {',
        after: 'if (isInQuestion) {',
      },
    ],
  },
  one(
    'a refund is ignored',
    'src/keeper/refund-check.ts',
    'if (last === undefined) return true; // nothing of ours could be taken back',
    'if (last !== null) return true;',
  ),
  one(
    'declines are forgotten',
    'src/store/books.ts',
    'if (intent.cardIdentity === null) return;\n    this.#cards.noteDecline',
    'if (intent.cardIdentity !== null) return;\n    this.#cards.noteDecline',
  ),
  one(
    'a message that was not taken counts as delivered',
    'src/alerts/receiver-lane.ts',
    'return this.#tools.outbox.failed(delivery.message.id, this.#name, until, reason);',
    'return this.#tools.outbox.failed(delivery.message.id, this.#name, null, `${reason} ${until}`);',
  ),
  {
    // The anchor alone keeps out whatever was claimed before the arming, so it goes too.
    name: 'any credit of the amount is ours, whoever it belongs to',
    edits: [
      {
        file: 'src/charge/settle.ts',
        before: '    !claimed.has(credit.id) &&\n    credit.id !== intent.anchor &&',
        after: '    claimed !== null &&',
      },
      {
        file: 'src/charge/settle.ts',
        before: '(anchor === undefined || isNewer(credit, anchor))',
        after: '(anchor === undefined || isNewer !== undefined)',
      },
    ],
  },
  ...MORE_MUTANTS,
];

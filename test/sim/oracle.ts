import type { Account } from '../../src/sandbox/provider/account.ts';
import type { Answer } from '../../src/sandbox/provider/answer.ts';
import type { World } from '../../src/sandbox/provider/world.ts';
import type { Asker } from './asker.ts';
import { capBreaches, couldKnow } from './cap-checks.ts';
import type { Copies } from './copies.ts';
import { creditsBefore } from './credits-before.ts';
import { DeclineBook, faceOf } from './decline-book.ts';
import { Fences } from './fences.ts';
import { answerWord, Knowledge, knows, NamelessLists, wordsOfList } from './knowledge.ts';
import { LookBook } from './look-book.ts';
import type { OrderBook } from './order-book.ts';
import {
  type Cause,
  type FirstPost,
  firstPostOf,
  isByHand,
  kindOf,
  type OwnCharge,
  orderedBefore,
  type Sender,
  type Told,
} from './own-charge.ts';
import { boughtBeside, type Period, periodOf, repairedAgain } from './plan-checks.ts';
import { PostBook } from './post-book.ts';
import { checkSend } from './send-checks.ts';
import type { HonestLimit, Violation } from './verdict.ts';
import type { WireCall } from './wire-call.ts';

/*
 * The independent record: what the provider truly did, what each machine was truly told, and from both what must never
 * happen. Knows nothing of purser but its keys, its database's rows and what its config asks for.
 */

/** By a POST of ours. */
type Charged = World['charges'][number] & { readonly key: string };

const OWN_KEY = 'purser-1-';

export class Oracle {
  readonly violations: Violation[] = [];
  readonly honestLimits: HonestLimit[] = [];
  readonly charges: OwnCharge[] = [];
  readonly #world: World;
  readonly #now: () => number;
  readonly #tell: (text: string) => void;
  /** By intent: a key of which every POST was refused may be taken up again by another one. */
  readonly #firstPosts = new Map<string, FirstPost>();
  readonly #options: { readonly pollMs: number; readonly copies: Copies };
  readonly #posts = new PostBook();
  readonly looks = new LookBook();
  readonly #declines = new DeclineBook();
  readonly #fences: Fences;
  readonly #orders: OrderBook;
  readonly #knowledge: Knowledge;
  readonly #lists = new NamelessLists();
  /** By the id of a money call: who sent it, and what it knew then. */
  readonly #senders = new Map<string, Sender>();
  /** By payment: the POST that made it, whoever confirmed it later. */
  readonly #makers = new Map<string, Sender>();
  /** By account: payments that were begun for it, made or not. */
  readonly #payments = new Map<string, string[]>();

  constructor(options: {
    readonly world: World;
    readonly now: () => number;
    readonly pollMs: number;
    readonly quarantineMs: number;
    readonly copies: Copies;
    readonly orders: OrderBook;
    readonly tell: (text: string) => void;
  }) {
    this.#world = options.world;
    this.#now = options.now;
    this.#options = options;
    this.#knowledge = new Knowledge(options.now);
    this.#fences = new Fences(options);
    this.#orders = options.orders;
    this.#tell = options.tell;
  }

  /** A money call is about to leave: I3, I4, I5. */
  posted(asker: Asker, call: WireCall, id: string): void {
    const now = this.#now();
    const { key, account } = call;
    const bytes = `${call.method} ${call.path} ${call.bodyText}`;
    const sender = { lineage: asker.lineage, knew: this.#knowledge.of(asker.lineage), atMs: now };
    if (key === null) {
      this.#senders.set(id, { ...sender, first: null });
      this.accuse('I3', account, `a money call without a key: ${bytes}`);
      return;
    }
    const [row] = asker.durable(
      `SELECT id, doc, is_open, armed_at, (SELECT count(*) FROM send WHERE send.intent = intent.id) AS sends FROM intent WHERE key = ?`,
      key,
    );
    const intent = String(row?.['id']);
    const lookedAtMs = this.looks.lastAtMs(asker.lineage, account);
    const { posts: post, breaches } = this.#posts.add(
      asker.lineage,
      { key, intent, call, bytes, atMs: now },
      lookedAtMs,
    );
    for (const sentence of breaches) this.accuse('replay', account, sentence);
    if (post.bytes !== bytes) this.accuse('I5', account, `${key} went out with ${bytes} after ${post.bytes}`);
    for (const { invariant, sentence } of checkSend(asker, { ...call, key, count: post.count }, row))
      this.accuse(invariant, account, sentence);
    const doc: unknown = row === undefined ? null : JSON.parse(String(row['doc']));
    const armedAtMs = Math.min(now, Number(row?.['armed_at'] ?? 0));
    const known = this.#firstPosts.get(intent);
    const isOrdered = isByHand(doc);
    if (known === undefined)
      this.#checkFences(asker, { account, key, kind: kindOf(doc), armedAtMs, isOrdered });
    // A replay asks what became of a charge; it is no new one.
    if (known === undefined && this.#declines.isDeadTo(asker.lineage, faceOf(this.#world, call)))
      this.accuse('I8', account, `${key} left for a card that was declined for good`);
    // What was armed under a cap may go out when that cap is lower (charging.md, "Clock, config, disk").
    const first = known ?? firstPostOf(doc, { asker, account, armedAtMs, atMs: now }, this.#orders);
    first.order?.keys.add(key);
    if (first.order === null && isOrdered) this.accuse('order', account, `${key} was ordered by nobody`);
    this.#firstPosts.set(intent, first);
    this.#senders.set(id, { ...sender, first });
  }

  /** Nothing more comes back for that money call in the life that sent it. */
  returned(asker: Asker, call: WireCall, answer: { readonly isRefusal: boolean }): void {
    this.#posts.returned(asker.lineage, call.key, answer);
  }

  /** Money of ours went back to its card: from now on a person has to look before more is charged (fence 5). */
  refunded(account: string, payment: string, asker: Asker): void {
    const own = this.charges.find((charge) => charge.payment === payment);
    if (own?.account !== account) return;
    if (this.#isNamelessTwin(asker, own))
      this.concede('twin_refunded', account, `${payment}, the twin of ${own.key}`);
    else this.#fences.refunded(own, this.#now());
  }

  /** Of a key that was charged twice a journal can name one payment: the other is a stranger's to it, and was told. */
  #isNamelessTwin(asker: Asker, { key, payment }: OwnCharge): boolean {
    const named = `SELECT 1 FROM intent WHERE json_extract(doc, '$.paymentIntent') = ?`;
    return this.executions(key) > 1 && asker.durable(named, payment).length === 0;
  }

  /** Its intent was released while everything that was read was of before the charge. */
  #wasAbsent(asker: Asker, own: OwnCharge): boolean {
    const released = `SELECT changed_at FROM intent WHERE key = ? AND state = 'released'`;
    const [row] = asker.durable(released, own.key);
    return row !== undefined && this.isHidden([asker.lineage], own, Number(row['changed_at']));
  }

  /** A person has looked at the account. */
  lookedAfter(account: string): void {
    this.#fences.lookedAfter(account, this.#now());
  }

  /** Something happens at the provider: what was charged by it is written down and judged. */
  watching<T extends Answer | null>(by: Cause, work: () => T): T {
    const before = this.#world.charges.length;
    const period = by.call === null ? null : periodOf(this.#world, by.call);
    const answer = work();
    for (const charge of this.#world.charges.slice(before)) {
      this.#tell(
        `PROVIDER charged ${charge.amountCents} cents to ${charge.account} (${charge.kind}, ${charge.key ?? 'no key'})`,
      );
      if (charge.key?.startsWith(OWN_KEY) === true) this.#judge({ ...charge, key: charge.key }, by, period);
    }
    if (by.call?.movesMoney === true && by.machine !== undefined) {
      this.#noteMaker(by.call, by);
      if (answer?.status === 402) this.#noteDecline(by.call, by.machine.lineage, by);
    }
    return answer;
  }

  /** A whole answer has reached a process. */
  answered(
    asker: Asker,
    call: WireCall,
    reply: {
      readonly status: number;
      readonly bodyText: string;
      readonly isPlain: boolean;
      readonly isStale: boolean;
    },
  ): void {
    const { lineage } = asker;
    const { isPlain, isStale } = reply;
    if (reply.status === 402 && call.key !== null)
      this.#declines.told(call.key, lineage, {
        atMs: this.#now(),
        bodyText: isPlain ? reply.bodyText : '',
      });
    if (reply.status >= 300) return;
    if (call.endpoint === 'listWalletTransactions') {
      const isOld = isStale && !this.looks.isLastStale(lineage, call.account);
      if (call.query['type'] !== 'debit')
        this.looks.add(lineage, call.account, { atMs: this.#now(), isPlain, isStale });
      // A page that is older than the look beside it says so itself, and is not to be believed.
      else if (!isOld) this.#fences.debitsRead(call.account, lineage, reply.bodyText);
    }
    if (call.endpoint === 'listSubscriptions') {
      const words = isPlain ? wordsOfList(reply.bodyText) : [];
      this.#knowledge.hear(lineage, ...this.#lists.listed(lineage, call.account, words));
    }
    if (!isPlain) return;
    if (call.endpoint === 'getMe') this.#knowledge.hear(lineage, ...this.#lists.named(lineage, call.account));
    if (call.movesMoney && call.key !== null)
      this.#knowledge.hear(lineage, answerWord(call.key, this.executions(call.key)));
    for (const payment of this.#payments.get(call.account) ?? [])
      if (!this.#knowledge.isKnown(lineage, payment) && reply.bodyText.includes(payment))
        this.#knowledge.hear(lineage, payment);
  }

  committed(asker: Asker): void {
    this.#knowledge.committed(asker.lineage);
    this.#declines.committed(asker.lineage);
  }

  crashed(asker: Asker): void {
    this.#knowledge.crashed(asker.lineage);
    this.#lists.crashed(asker.lineage);
    this.#declines.crashed(asker.lineage);
    this.#posts.crashed(asker.lineage);
    this.#orders.crashed(asker, this.#now());
  }

  executions(key: string): number {
    return this.charges.filter((charge) => charge.key === key).length;
  }

  #checkFences(
    asker: Asker,
    post: {
      readonly account: string;
      readonly key: string;
      readonly kind: string;
      readonly armedAtMs: number;
      /** Then it waits for the end of the quarantine alone. */
      readonly isOrdered: boolean;
    },
  ): void {
    const { account, kind, isOrdered } = post;
    const charged = this.charges
      .filter((one) => one.account === account && one.lineage === asker.lineage)
      .filter((one) => one.first?.kind === kind && !one.isUnheard) // what it never heard of is somebody else's to it
      .map((own) => ({ own, atMs: own.first?.atMs ?? own.atMs }));
    const isUnknown = (own: OwnCharge): boolean =>
      this.#wasAbsent(asker, own) || this.#isNamelessTwin(asker, own);
    const news = { ...post, atMs: this.#now(), isUnknown };
    for (const { fence, sentence } of this.#fences.breaches(asker, news, isOrdered ? [] : charged)) {
      if (fence.endsWith('_hidden')) this.concede(fence, account, sentence);
      else this.accuse(fence, account, sentence);
    }
  }

  #judge(charge: Charged, by: Cause, period: Period | null): void {
    const account = this.#world.accounts[charge.account];
    if (account === undefined) return;
    const made = Object.values(account.intents).findLast(
      ({ id, key, status }) =>
        key === charge.key && status === 'succeeded' && !this.charges.some((one) => one.payment === id),
    );
    const payment = made?.id ?? 'unknown';
    const sender = this.#senders.get(by.id ?? '') ?? this.#makers.get(payment);
    const lineage = sender?.lineage ?? 'unknown';
    const first = sender?.first ?? null;
    const askedAtMs = sender?.atMs ?? this.#now();
    const isUnheard = by.call === null && !this.#knowledge.isKnown(lineage, payment);
    const knew = sender?.knew ?? new Set<string>();
    const cause = { ...by, lineage, payment, knew, askedAtMs, isUnheard, first };
    const letGoAtMs = this.#fences.letGoAtMs(charge.account);
    const again = repairedAgain({ ...charge, atMs: this.#now(), letGoAtMs }, cause, this.charges, period);
    if (again?.isHonest === true) this.concede('person_let_go', charge.account, again.sentence);
    else if (again !== null) this.accuse('I1', charge.account, again.sentence);
    const twin = this.charges.find((one) => one.key === charge.key);
    const verdict = this.#chargedTwice(charge, twin, cause) ?? this.#doubled(account, charge, cause);
    const own: OwnCharge = {
      account: charge.account,
      key: charge.key,
      kind: charge.kind,
      cents: charge.amountCents,
      atMs: this.#now(),
      knowableAtMs: isUnheard ? this.#now() : (made?.createdAt ?? this.#now()),
      askedAtMs,
      payment,
      lineage,
      first,
      isHonest: verdict === 'honest',
      isUnheard,
      subscription: period?.subscription ?? null,
      isInGroup: charge.account !== Object.keys(this.#world.accounts)[0],
    };
    this.charges.push(own);
    if (first === null) this.accuse('I3', charge.account, `${charge.key} was charged and never posted`);
    else if (!own.isHonest || twin === undefined) this.#checkCaps(own, first);
  }

  /** I1: whether this credit comes on top of one of our own, or this subscription beside another. */
  #doubled(account: Account, charge: Charged, by: Told): 'fine' | 'honest' | 'violated' {
    const beside = boughtBeside(account, charge, by, this.charges);
    if (beside?.isHonest === true) return this.concede('another_store', charge.account, beside.sentence);
    if (beside !== null) this.accuse('I1', charge.account, beside.sentence);
    if (charge.kind !== 'fund') return beside === null ? 'fine' : 'violated';
    const ordered = orderedBefore(by.first, charge.key, this.charges);
    if (ordered !== null && knows(by.knew, ordered, this.charges))
      this.accuse('order', charge.account, `ordered once, charged under ${ordered.key} and ${charge.key}`);
    const minCents = Math.max(by.first?.floorCents ?? 0, 0);
    const before = creditsBefore(account, { ...charge, minCents }, by, this.charges);
    if (before === null || before.beforeMicro < minCents * 10_000) return 'fine';
    const { earlier, beforeMicro } = before;
    // A charge in doubt may be repeated though somebody else has paid since it was armed.
    const isFirst = by.first?.atMs === by.askedAtMs;
    if (!before.isOwn && !(isFirst && before.areOthersInBooks)) return 'fine';
    const isKnown = knows(by.knew, earlier, this.charges);
    const balance = `$${(beforeMicro / 1e6).toFixed(2)} was there after ${earlier.payment} (${earlier.key})`;
    const sentence = `charged again under ${charge.key}: ${balance}, minimum $${(minCents / 100).toFixed(2)}`;
    // One waited for its holder (3-D Secure), of which no answer told, so it was proven absent; and was confirmed after all.
    if ((by.isUnheard || earlier.isUnheard) && earlier.atMs >= by.askedAtMs)
      return this.concede('unheard_challenge', charge.account, sentence);
    // Two stores that see the same need have to make the same key of it: then the provider charges once.
    if (!isKnown && earlier.lineage !== by.lineage && earlier.first?.need !== by.first?.need)
      return this.concede('another_store', charge.account, sentence);
    const letGoAtMs = this.#fences.letGoAtMs(charge.account);
    const isBelieved = !isKnown || this.looks.areOld(by.lineage, charge.account, letGoAtMs);
    if (letGoAtMs > earlier.atMs && isBelieved)
      return this.concede('person_let_go', charge.account, sentence);
    if (!isKnown && earlier.isHonest) return this.concede('after_a_twin', charge.account, sentence);
    if (!isKnown && this.isHidden([by.lineage], earlier, this.#now()))
      return this.concede('ledger_of_before', charge.account, sentence);
    this.accuse('I1', charge.account, `${sentence}${isKnown ? ', and it had been told of it' : ''}`);
    return 'violated';
  }

  /** Whether nobody who looked for that charge, as often as charging.md asks for, could have seen it by then. */
  isHidden(lineages: readonly string[], { account, key, knowableAtMs }: OwnCharge, untilMs: number): boolean {
    const lastPostAtMs = this.#posts.lastUntil(lineages, key, untilMs);
    const span = lastPostAtMs === undefined ? null : { lastPostAtMs, knowableAtMs, untilMs };
    return span !== null && this.looks.isHidden(lineages, account, span);
  }

  /** One key, charged twice: the provider forgot it, or does not lock it. Nobody can help it who was not told. */
  #chargedTwice(
    { account, key }: { readonly account: string; readonly key: string },
    twin: OwnCharge | undefined,
    by: Told,
  ): 'honest' | null {
    if (twin === undefined) return null;
    const sentence = `${key} was charged twice, first as ${twin.payment}`;
    if (by.isCopy === true) return this.concede('network_duplicate', account, sentence);
    if (knows(by.knew, twin, this.charges)) return null;
    return this.concede('key_charged_twice', account, sentence);
  }

  /** I2: what was truly charged, by the caps that were in force when the charge first left. */
  #checkCaps(own: OwnCharge, first: FirstPost): void {
    const could = couldKnow(this.#world, own, { ...this.#options, first, looks: this.looks });
    for (const { sentence, isHonest } of capBreaches(own, this.charges, first.wishes, could)) {
      if (isHonest) this.concede('caps_of_two_stores', own.account, sentence);
      else this.accuse('I2', own.account, sentence);
    }
  }

  #noteMaker({ account, key }: WireCall, { id }: Cause): void {
    const sender = this.#senders.get(id ?? '');
    if (sender === undefined) return;
    for (const intent of Object.values(this.#world.accounts[account]?.intents ?? {})) {
      if (intent.key !== key || this.#makers.has(intent.id)) continue;
      this.#makers.set(intent.id, sender);
      this.#payments.set(account, [...(this.#payments.get(account) ?? []), intent.id]);
    }
  }

  /** I8, over all accounts that share the card. A copy that the network made is a decline that nobody asked for. */
  #noteDecline(call: WireCall, lineage: string, { id, isCopy }: Cause): void {
    const face = faceOf(this.#world, call);
    if (face === undefined || call.key === null) return;
    const askedAtMs = this.#senders.get(id ?? '')?.atMs ?? this.#now();
    const decline = { face, atMs: this.#now(), key: call.key, lineage, askedAtMs };
    for (const { sentence, isKnown } of this.#declines.add(decline)) {
      if (isKnown && isCopy !== true) this.accuse('I8', call.account, sentence);
      else this.concede('declines_unseen', call.account, sentence);
    }
  }

  concede(why: string, account: string, sentence: string): 'honest' {
    this.honestLimits.push({ why, account, atMs: this.#now(), sentence });
    this.#tell(`HONEST LIMIT ${why} ${account}: ${sentence}`);
    return 'honest';
  }

  accuse(invariant: string, account: string, sentence: string): void {
    this.#tell(`VIOLATION ${invariant} ${account}: ${sentence}`);
    this.violations.push({ invariant, account, atMs: this.#now(), sentence });
  }

  /** Whether that database was told of the payment, by name or by an answer under its key. */
  isTold(lineage: string, charge: OwnCharge): boolean {
    return knows(this.#knowledge.of(lineage), charge, this.charges);
  }
}

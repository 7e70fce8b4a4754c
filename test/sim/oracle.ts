import type { Account } from '../../src/sandbox/provider/account.ts';
import type { Answer } from '../../src/sandbox/provider/answer.ts';
import type { World } from '../../src/sandbox/provider/world.ts';
import { capBreaches } from './cap-checks.ts';
import { DeclineBook } from './decline-book.ts';
import { Fences } from './fences.ts';
import type { Wishes } from './plan.ts';
import type { WireCall } from './wire-call.ts';

/*
 * The independent record: what the provider truly did, what each machine was truly told, and from both what must never
 * happen. Knows nothing of purser but its keys, its database's rows and what its config asks for.
 */

export type Violation = {
  readonly invariant: string;
  readonly account: string;
  readonly atMs: number;
  readonly sentence: string;
};

/** The limit of charging.md: nobody could have known. Counted apart. */
export type HonestLimit = Omit<Violation, 'invariant'> & { readonly why: string };

/** The process that asked, as the oracle sees it. */
export type Asker = {
  readonly name: string;
  /** One name per database that ever was: a wiped or second one has another. */
  readonly lineage: string;
  /** When its journal began empty; `null` where it is an old copy. */
  readonly bornAtMs: number | null;
  /** What its config asked for since then, the loosest of each. */
  readonly loosestSince: (sinceMs: number) => Wishes;
  /** A second connection: what is durable. */
  readonly durable: (sql: string, ...values: string[]) => readonly Readonly<Record<string, unknown>>[];
};

export type OwnCharge = {
  readonly account: string;
  readonly key: string;
  readonly kind: string;
  readonly cents: number;
  readonly atMs: number;
  readonly payment: string;
  readonly lineage: string;
  readonly isHonest: boolean;
  /** The group is all accounts but the first. */
  readonly isInGroup: boolean;
};

/** Why something happens at the provider: a request of a machine, or a person. */
export type Cause = {
  readonly call: WireCall | null;
  readonly machine?: Asker;
  readonly id?: string;
  /** The network delivered it twice. */
  readonly isCopy?: boolean;
};

type Told = Cause & {
  readonly lineage: string;
  readonly payment: string;
  readonly knew: ReadonlySet<string>;
};

/** `need` is what its key should be made of: the anchor it saw, and the how-manieth attempt. */
type FirstPost = {
  readonly need: string;
  readonly wishes: Wishes;
  readonly lineage: string;
  readonly atMs: number;
};
/** What went out under one key from one database. */
type Posts = {
  readonly bytes: string;
  readonly firstAtMs: number;
  lastAtMs: number;
  count: number;
  /** POSTs that no answer, and no failure, came back for in the life that sent them. */
  underWay: number;
};

const HOUR_MS = 3_600_000;
/** A decision may have been made on answers of so long ago. */
const SEEN_MS = 5 * 60_000;
/** No key is sent after that: the provider may have forgotten it. */
const KEY_AGE_MAX_MS = 23 * HOUR_MS;
/** After the first, quick ones no replay goes out before the ledger was looked at again. */
const BLIND_POSTS_MAX = 4;
const OWN_KEY = 'purser-1-';

export class Oracle {
  readonly violations: Violation[] = [];
  readonly honestLimits: HonestLimit[] = [];
  readonly charges: OwnCharge[] = [];
  readonly #world: World;
  readonly #now: () => number;
  readonly #tell: (text: string) => void;
  readonly #firstPosts = new Map<string, FirstPost>();
  readonly #pollMs: number;
  /** By lineage and key. */
  readonly #posts = new Map<string, Posts>();
  /** By lineage and account: when a ledger last reached it. */
  readonly #lookedAtMs = new Map<string, number>();
  readonly #declines = new DeclineBook();
  readonly #fences: Fences;
  /** Lineage -> payments and keys of which an answer told it, durably; and what it heard since its last commit. */
  readonly #known = new Map<string, Set<string>>();
  readonly #heard = new Map<string, Set<string>>();
  /** By the id of a money call: who sent it, and what it knew then. */
  readonly #senders = new Map<string, { readonly lineage: string; readonly knew: ReadonlySet<string> }>();

  constructor(options: {
    readonly world: World;
    readonly now: () => number;
    readonly pollMs: number;
    readonly quarantineMs: number;
    readonly tell: (text: string) => void;
  }) {
    this.#world = options.world;
    this.#now = options.now;
    this.#pollMs = options.pollMs;
    this.#fences = new Fences(options);
    this.#tell = options.tell;
  }

  /** A money call is about to leave: I3, I4, I5. */
  posted(asker: Asker, call: WireCall, id: string): void {
    const knew = new Set([...entry(this.#known, asker.lineage), ...entry(this.#heard, asker.lineage)]);
    this.#senders.set(id, { lineage: asker.lineage, knew });
    const { key, account } = call;
    const bytes = `${call.method} ${call.path} ${call.bodyText}`;
    if (key === null) {
      this.#violated('I3', account, `a money call without a key: ${bytes}`);
      return;
    }
    const now = this.#now();
    const place = `${asker.lineage} ${key}`;
    const post = this.#posts.get(place) ?? { bytes, firstAtMs: now, lastAtMs: now, count: 0, underWay: 0 };
    this.#posts.set(place, post);
    this.#checkReplay(post, call, this.#lookedAtMs.get(`${asker.lineage} ${account}`) ?? 0);
    post.count += 1;
    post.underWay += 1;
    post.lastAtMs = now;
    if (post.bytes !== bytes)
      this.#violated('I5', account, `${key} went out with ${bytes} after ${post.bytes}`);
    const [row] = asker.durable(
      `SELECT doc, is_open, armed_at, (SELECT count(*) FROM send WHERE send.intent = intent.id) AS sends FROM intent WHERE key = ?`,
      key,
    );
    const doc: unknown = row === undefined ? null : JSON.parse(String(row['doc']));
    const isSame = typeof doc === 'object' && doc !== null && 'body' in doc && doc.body === call.bodyText;
    if (row === undefined || !isSame)
      this.#violated('I3', account, `${key} left without an armed row of the same bytes`);
    else if (Number(row['is_open']) !== 1) this.#violated('I3', account, `${key} left for a closed intent`);
    else if (Number(row['sends']) < post.count)
      this.#violated(
        'I3',
        account,
        `${key} left ${post.count} times, ${String(row['sends'])} are journalled`,
      );
    const open = asker.durable(
      'SELECT kind, count(*) AS n FROM intent WHERE account = ? AND is_open = 1 GROUP BY kind',
      account,
    );
    for (const { kind, n } of open)
      if (Number(n) > 1) this.#violated('I4', account, `${String(n)} open intents of kind ${String(kind)}`);
    if (!this.#firstPosts.has(key)) this.#checkFences(asker, call, key);
    // What was armed under a cap may go out when that cap is lower (charging.md, "Clock, config, disk").
    const wishes = asker.loosestSince(Math.min(now, Number(row?.['armed_at'] ?? 0)));
    if (!this.#firstPosts.has(key))
      this.#firstPosts.set(key, { need: needOf(doc), wishes, lineage: asker.lineage, atMs: now });
  }

  /** Nothing more comes back for that money call in the life that sent it. */
  returned(asker: Asker, call: WireCall): void {
    const post = this.#posts.get(`${asker.lineage} ${call.key ?? ''}`);
    if (post !== undefined) post.underWay = Math.max(0, post.underWay - 1);
  }

  /** Money of ours went back to its card: from now on a person has to look before more is charged (fence 5). */
  refunded(account: string, payment: string): void {
    const own = this.charges.find((charge) => charge.payment === payment);
    if (own?.account === account) this.#fences.refunded(own, this.#now());
  }

  /** A person has looked at the account. */
  lookedAfter(account: string): void {
    this.#fences.lookedAfter(account, this.#now());
  }

  /** Something happens at the provider: what was charged by it is written down and judged. */
  watching<T extends Answer | null>(by: Cause, work: () => T): T {
    const before = this.#world.charges.length;
    const answer = work();
    for (const charge of this.#world.charges.slice(before)) {
      this.#tell(
        `PROVIDER charged ${charge.amountCents} cents to ${charge.account} (${charge.kind}, ${charge.key ?? 'no key'})`,
      );
      if (charge.key?.startsWith(OWN_KEY) === true) this.#judge({ ...charge, key: charge.key }, by);
    }
    if (answer?.status === 402 && by.call?.movesMoney === true)
      this.#noteDecline(by.call, by.machine?.lineage ?? 'unknown');
    return answer;
  }

  /** A whole answer has reached a process. */
  answered(
    asker: Asker,
    call: WireCall,
    reply: { readonly status: number; readonly bodyText: string; readonly isPlain: boolean },
  ): void {
    if (reply.status === 402 && call.key !== null) this.#declines.told(call.key, asker.lineage);
    if (reply.status >= 300) return;
    if (call.endpoint === 'listWalletTransactions')
      this.#lookedAtMs.set(`${asker.lineage} ${call.account}`, this.#now());
    if (!reply.isPlain) return;
    const heard = entry(this.#heard, asker.lineage);
    const known = entry(this.#known, asker.lineage);
    if (call.movesMoney && call.key !== null) heard.add(call.key);
    for (const charge of this.charges) {
      if (charge.account !== call.account || known.has(charge.payment)) continue;
      if (reply.bodyText.includes(charge.payment)) heard.add(charge.payment);
    }
  }

  /** What was heard before a commit may be in it; what was not is gone with a crash. */
  committed(asker: Asker): void {
    const heard = this.#heard.get(asker.lineage);
    if (heard === undefined || heard.size === 0) return;
    for (const word of heard) entry(this.#known, asker.lineage).add(word);
    heard.clear();
  }

  crashed(asker: Asker): void {
    this.#heard.get(asker.lineage)?.clear();
    for (const [place, post] of this.#posts) if (place.startsWith(`${asker.lineage} `)) post.underWay = 0;
  }

  executions(key: string): number {
    return this.charges.filter((charge) => charge.key === key).length;
  }

  /** What charging.md says of replays ("In doubt"): one at a time, not for ever, and after a look. */
  #checkReplay(post: Posts, { key, account, endpoint }: WireCall, lookedAtMs: number): void {
    if (post.count === 0) return;
    if (post.underWay > 0) this.#violated('replay', account, `${key} left again while it is under way`);
    if (this.#now() - post.firstAtMs > KEY_AGE_MAX_MS)
      this.#violated('replay', account, `${key} left again when it was too old`);
    if (endpoint === 'fundWallet' && post.count >= BLIND_POSTS_MAX && lookedAtMs < post.lastAtMs)
      this.#violated('replay', account, `${key} left again, and nobody had looked at the ledger`);
  }

  #checkFences(asker: Asker, { account, endpoint }: WireCall, key: string): void {
    const charged = this.charges
      .filter((one) => one.account === account && one.lineage === asker.lineage && one.kind === 'fund')
      .map((one) => this.#firstPosts.get(one.key)?.atMs ?? one.atMs);
    const post = { account, key, atMs: this.#now(), isFund: endpoint === 'fundWallet' };
    for (const { fence, sentence } of this.#fences.breaches(asker, post, charged))
      this.#violated(fence, account, sentence);
  }

  #judge(
    charge: {
      readonly account: string;
      readonly key: string;
      readonly amountCents: number;
      readonly kind: string;
    },
    by: Cause,
  ): void {
    const account = this.#world.accounts[charge.account];
    if (account === undefined) return;
    const first = this.#firstPosts.get(charge.key);
    const sender = this.#senders.get(by.id ?? '');
    const lineage = sender?.lineage ?? first?.lineage ?? 'unknown';
    const payment =
      Object.values(account.intents).findLast((intent) => intent.key === charge.key)?.id ?? 'unknown';
    const cause = { ...by, lineage, payment, knew: sender?.knew ?? new Set<string>() };
    const twin = this.charges.find((one) => one.key === charge.key);
    const verdict =
      this.#chargedTwice(charge, twin, cause) ??
      (charge.kind === 'fund' ? this.#doubled(account, charge, cause) : 'fine');
    const own: OwnCharge = {
      account: charge.account,
      key: charge.key,
      kind: charge.kind,
      cents: charge.amountCents,
      atMs: this.#now(),
      payment,
      lineage,
      isHonest: verdict === 'honest',
      isInGroup: charge.account !== Object.keys(this.#world.accounts)[0],
    };
    this.charges.push(own);
    if (first === undefined)
      this.#violated('I3', charge.account, `${charge.key} was charged and never posted`);
    else if (!own.isHonest) this.#checkCaps(own, first);
  }

  /** I1: whether this credit comes on top of one of our own. */
  #doubled(
    account: Account,
    charge: { readonly account: string; readonly key: string; readonly amountCents: number },
    by: Told,
  ): 'fine' | 'honest' | 'violated' {
    const beforeMicro = account.creditedMicroUsd - account.usedMicroUsd - charge.amountCents * 10_000;
    const minCents = Math.max(this.#firstPosts.get(charge.key)?.wishes.minCents ?? 0, 0);
    const credits = account.rows.filter((row) => row.type === 'credit' && row.transactionId !== by.payment);
    const lastCredit = credits.at(-1);
    const earlier = this.charges.find((one) => one.payment === lastCredit?.transactionId);
    if (beforeMicro < minCents * 10_000 || earlier === undefined) return 'fine';
    const isKnown = by.knew.has(earlier.payment) || by.knew.has(earlier.key);
    const balance = `$${(beforeMicro / 1e6).toFixed(2)} was there after ${earlier.payment} (${earlier.key})`;
    const sentence = `charged again under ${charge.key}: ${balance}, minimum $${(minCents / 100).toFixed(2)}`;
    // Two stores that see the same need have to make the same key of it: then the provider charges once.
    const needs = [earlier.key, charge.key].map((key) => this.#firstPosts.get(key)?.need);
    if (!isKnown && earlier.lineage !== by.lineage && needs[0] !== needs[1])
      return this.#reachedLimit('another_store', charge.account, sentence);
    if (this.#fences.isLetGo(charge.account, earlier.atMs))
      return this.#reachedLimit('person_let_go', charge.account, sentence);
    this.#violated('I1', charge.account, `${sentence}${isKnown ? ', and it had been told of it' : ''}`);
    return 'violated';
  }

  /** One key, charged twice: the provider forgot it, or does not lock it. Nobody can help it who was not told. */
  #chargedTwice(
    { account, key }: { readonly account: string; readonly key: string },
    twin: OwnCharge | undefined,
    by: Told,
  ): 'honest' | null {
    if (twin === undefined) return null;
    const sentence = `${key} was charged twice, first as ${twin.payment}`;
    if (by.isCopy === true) return this.#reachedLimit('network_duplicate', account, sentence);
    if (by.knew.has(twin.payment) || by.knew.has(key)) return null;
    return this.#reachedLimit('key_charged_twice', account, sentence);
  }

  /** I2: what was truly charged, by the caps that were in force when the charge first left. */
  #checkCaps(own: OwnCharge, first: FirstPost): void {
    const couldKnow = (one: OwnCharge, place: 'account' | 'group' | 'fleet'): boolean => {
      if (one.lineage === own.lineage) return true;
      const rows = this.#world.accounts[one.account]?.rows ?? [];
      const row = rows.find(({ transactionId }) => transactionId === one.payment);
      const slackMs = place === 'account' ? SEEN_MS : SEEN_MS + this.#pollMs;
      return row !== undefined && Math.max(one.atMs, row.visibleAt) < first.atMs - slackMs;
    };
    for (const { sentence, isHonest } of capBreaches(own, this.charges, first.wishes, couldKnow)) {
      if (isHonest) this.#reachedLimit('caps_of_two_stores', own.account, sentence);
      else this.#violated('I2', own.account, sentence);
    }
  }

  /** I8, over all accounts that share the card. */
  #noteDecline(call: WireCall, lineage: string): void {
    const account = this.#world.accounts[call.account];
    if (account === undefined || call.key === null) return;
    const body: unknown = call.body;
    const named =
      typeof body === 'object' && body !== null && 'payment_method_id' in body
        ? body.payment_method_id
        : account.defaultCard;
    const face = account.cards.find((card) => card.id === named)?.fingerprint;
    if (face === undefined) return;
    const decline = { face, atMs: this.#now(), key: call.key, lineage };
    for (const { sentence, isKnown } of this.#declines.add(decline)) {
      if (isKnown) this.#violated('I8', call.account, sentence);
      else this.#reachedLimit('declines_unseen', call.account, sentence);
    }
  }

  #reachedLimit(why: string, account: string, sentence: string): 'honest' {
    this.honestLimits.push({ why, account, atMs: this.#now(), sentence });
    this.#tell(`HONEST LIMIT ${why} ${account}: ${sentence}`);
    return 'honest';
  }

  #violated(invariant: string, account: string, sentence: string): void {
    this.#tell(`VIOLATION ${invariant} ${account}: ${sentence}`);
    this.violations.push({ invariant, account, atMs: this.#now(), sentence });
  }

  /** For what the end of a run finds. */
  accuse(invariant: string, account: string, sentence: string): void {
    this.#violated(invariant, account, sentence);
  }
}

function needOf(doc: unknown): string {
  if (typeof doc !== 'object' || doc === null || !('anchor' in doc) || !('attempt' in doc)) return 'unknown';
  return `${String(doc.anchor)}/${String(doc.attempt)}`;
}

function entry(map: Map<string, Set<string>>, key: string): Set<string> {
  const found = map.get(key) ?? new Set<string>();
  map.set(key, found);
  return found;
}

import type { EndpointName } from '../contract/endpoints.ts';
import type { ChargeAction } from '../domain/decision.ts';
import type {
  AccountName,
  CreditId,
  GroupName,
  IdempotencyKey,
  IntentId,
  PaymentIntentId,
  PaymentMethodId,
  PlanId,
  SubscriptionId,
} from '../domain/ids.ts';
import type { Cents, MicroUsd } from '../domain/money.ts';
import type { Totals } from '../domain/observation.ts';
import { addMs, DAY_MS, type EpochMs } from '../domain/time.ts';

/**
 * An intent is a durable promise to make one mutating call. It owns its key and body bytes for life (I5).
 *
 *   armed ──answer──> charged ──evidence──> settled
 *     │  ├──402─────> declined ──payment failed──> released   (─payment succeeded─> charged, ─it waits─> action)
 *     │  ├──202─────> action ──person confirms──> charged     (─payment failed──> released)
 *     │  ├──a link──> link_open ──person pays──> charged      (─expired unpaid──> released)
 *     │  └──400/422─> rejected                                (─a person was faster─> released)
 *     └──no clear answer──> in_doubt ──replay, ledger or payment status──> any of the above
 *                                    └──proven absent──> released
 *
 * Open: armed, in_doubt, charged, action, link_open, declined. At most one open intent per account and kind (I4).
 * Closed: settled, released, rejected; each only on evidence (I6).
 */
export type Intent = {
  readonly id: IntentId;
  readonly account: AccountName;
  /** What the provider knows the account by: two aliases of one account share their keys. */
  readonly identity: string;
  readonly group: GroupName | null;
  readonly kind: IntentKind;
  /** What wants it: the policy, as long as its need lasts, or a person, until it is done. */
  readonly origin: 'policy' | 'hand';
  readonly key: IdempotencyKey;
  readonly endpoint: EndpointName;
  readonly pathId: string | null;
  /** The exact bytes of the body; empty where the call has none. */
  readonly body: string;
  /** What the caps reserve; zero for calls that charge nothing by themselves. */
  readonly amountCents: Cents;
  readonly card: PaymentMethodId | null;
  /** What the card is known by across accounts: its fingerprint, else its id. */
  readonly cardIdentity: string | null;
  /** What is to be changed; of a purchase, what was bought, once the provider shows it. */
  readonly subscription: SubscriptionId | null;
  /** The plan that a `subscribe` or `change_plan` is to reach. */
  readonly plan: PlanId | null;
  readonly anchor: string;
  /** The provider's `total_credited` before the charge: in the look that it was decided on, or by the answer if that is more. */
  readonly creditedThenMicroUsd?: MicroUsd | null;
  /** Its `amount_used` in that look. */
  readonly usedThenMicroUsd?: MicroUsd | null;
  /** The totals of the first look that showed money of its amount, and no row of it. */
  readonly unshownThen?: Totals | null;
  readonly attempt: number;
  readonly armedAt: EpochMs;
  /** When an intent before it was armed that had its key first, and was refused (`isKeyUnused`). */
  readonly keySince?: EpochMs;
  readonly revision: string;
  readonly fence: number;
  /** POSTs journalled so far; the first one together with the arming. */
  readonly sends: number;
  readonly lastSendAt: EpochMs;
  /** The provider asked to wait until then. */
  readonly retryAt: EpochMs | null;
  /** Some POST may have had an effect of which no answer told. */
  readonly hasUnclearSend: boolean;
  /** False once a replay was refused (another body under the key, a card that is gone): only evidence helps then. */
  readonly canReplay: boolean;
  readonly paymentIntent: PaymentIntentId | null;
  /** A look showed what may be this charge, or that it is wanted no more: no replay goes out without another look. */
  readonly mustLook?: boolean;
  /** The payment of the one credit that may or may not be this charge, about which a person is asked. */
  readonly paymentInQuestion?: PaymentIntentId | null;
  /** The provider's id of its last answer to this call: what its support asks for. */
  readonly requestId: string | null;
  /** First complete ledger look, after the quiet period, that showed nothing of this intent. */
  readonly absentLookAt: EpochMs | null;
  /** First read of the subscription in the state that this intent wants. */
  readonly reachedAt: EpochMs | null;
  readonly state: IntentState;
};

/** How every intent begins: armed, its first send journalled with it, nothing heard yet. */
export function justArmed(now: EpochMs) {
  return {
    armedAt: now,
    sends: 1,
    lastSendAt: now,
    retryAt: null,
    hasUnclearSend: false,
    canReplay: true,
    paymentIntent: null,
    requestId: null,
    absentLookAt: null,
    reachedAt: null,
    state: { kind: 'armed' },
  } as const satisfies Partial<Intent>;
}

export type IntentKind = ChargeAction['kind'];

export type IntentState =
  | { readonly kind: 'armed' }
  | { readonly kind: 'in_doubt'; readonly since: EpochMs; readonly why: string }
  | {
      readonly kind: 'charged';
      readonly since: EpochMs;
      /** Of a change to a cheaper plan: the provider may make it only then, at the end of the paid period. */
      readonly dueAt?: EpochMs;
      /** The subscription stood still over that time: the change is due at the end of the period that begins when it goes on. */
      readonly isOverslept?: true;
    }
  | {
      readonly kind: 'action';
      readonly since: EpochMs;
      /** It came as a decline: then the payment is over when a try of the holder fails. */
      readonly wasDeclined?: true;
    }
  | ({
      readonly kind: 'link_open';
      readonly since: EpochMs;
      /** Its first POST was answered as a replay: it was made for another journal, and may have been paid before. */
      readonly isOlder?: true;
      /** What the provider said of it when nobody could have paid yet. */
      readonly notYet?: string;
      /** Where its first minute had two words: the first of them. */
      readonly first?: string;
      /** What it has said since in other words. */
      readonly said?: { readonly text: string; readonly since: EpochMs };
      /** Of a page past its end: since when it is asked about without a clear word, less the time in which nobody asked. */
      readonly silentSince?: EpochMs;
      /** When it was last asked so. */
      readonly silentAt?: EpochMs;
    } & CheckoutLink)
  | { readonly kind: 'declined'; readonly since: EpochMs; readonly code: string }
  | {
      readonly kind: 'settled';
      readonly at: EpochMs;
      readonly amountCents: Cents;
      readonly credit: CreditId | null;
      /** Of a credit that is known by its amount alone, and may be somebody else's. */
      readonly isUnsure?: true;
      readonly by: 'ledger' | 'payment_status' | 'subscription_status' | 'answer' | 'operator';
      /** Of what a subscription proved: the end of its period then. */
      readonly periodEnd?: EpochMs;
      /** Of what was free by a list that may be late (`late-list.ts`): its price still counts against the caps. */
      readonly isPriceKept?: true;
      /** Of a page that an operator called paid: what the provider credits only when it is asked about it. */
      readonly session?: string;
    }
  | {
      readonly kind: 'released';
      readonly at: EpochMs;
      readonly because: 'declined' | 'absent' | 'refused' | 'expired' | 'operator';
      /**
       * The code of the decline or the refusal, or the session of a page that ended or was closed by an operator: a payment
       * may come through late.
       */
      readonly code: string | null;
    }
  | { readonly kind: 'rejected'; readonly at: EpochMs; readonly code: string };

/** A Stripe Checkout page of the provider's (API sheet #4). Whoever has the address can pay, and only pay. */
export type CheckoutLink = {
  readonly url: string;
  readonly sessionId: string;
  /** `null` where the provider does not say; Stripe's own limit, 24 h, stands in. */
  readonly expiresAt: EpochMs | null;
};

export type LinkOpen = Extract<IntentState, { kind: 'link_open' }>;

/** Stripe ends a Checkout session after 24 h at most; for a provider that does not say when. */
export const LINK_LIFE_MS = DAY_MS;

/** When nobody can pay on the page any more. */
export function linkEndsAt({ expiresAt, since }: LinkOpen): EpochMs {
  return expiresAt ?? addMs(since, LINK_LIFE_MS);
}

export type IntentStateName = IntentState['kind'];
export type OpenStateName = 'armed' | 'in_doubt' | 'charged' | 'action' | 'link_open' | 'declined';
export const OPEN_STATES: readonly OpenStateName[] = [
  'armed',
  'in_doubt',
  'charged',
  'action',
  'link_open',
  'declined',
];

export function isOpen(intent: Intent): boolean {
  return OPEN_STATES.some((state) => state === intent.state.kind);
}

/**
 * Whether every POST of it was answered "nothing done" (429, 401, never sent), and it was let go because nothing was to be
 * sent any more: its key stands for nothing but its bytes, and where the need comes back with the same ones, they go out
 * under it again. Under another key, a second purser that had charged under this one meanwhile would not be noticed by the
 * provider.
 */
export function isKeyUnused({ state }: Intent): boolean {
  return state.kind === 'released' && state.because === 'refused' && state.code === null;
}

/** Whether every POST of it was answered "nothing done", be its key of use still or not. */
export function wasLetGo({ state }: Intent): boolean {
  return (
    state.kind === 'released' &&
    state.because === 'refused' &&
    (state.code === null || state.code === KEY_TOO_OLD)
  );
}

/** How long its key is in use: a provider may forget it that long after it saw it first. */
export function keyAgeMs({ keySince, armedAt }: Intent, now: EpochMs): number {
  return now - (keySince ?? armedAt);
}

/** The `code` of a release of what was refused for so long that its key may be what is refused. */
export const KEY_TOO_OLD = 'key_too_old';

/** A change of plan that was accepted, and that the provider may make only when the paid period ends. */
export function isPutOff({ state }: Intent): boolean {
  return state.kind === 'charged' && state.dueAt !== undefined;
}

/** Where the success of a kind shows: a credit in the wallet's ledger, the subscription, or the answer alone. */
export type Evidence = 'ledger' | 'subscription' | 'answer';

export function evidenceOf(kind: IntentKind): Evidence {
  switch (kind) {
    case 'fund':
    case 'fund_link':
      return 'ledger';
    case 'charge_amount':
    case 'withdraw':
      return 'answer';
    case 'fix_payment':
    case 'subscribe':
    case 'subscribe_link':
    case 'change_plan':
    case 'resume':
    case 'pause':
    case 'reset_cycle':
      return 'subscription';
  }
}

/** The kinds that pay for one need: whichever of them was paid, the others have nothing left to pay. */
export function meansOf(kind: IntentKind): readonly IntentKind[] {
  if (kind === 'fund' || kind === 'fund_link') return ['fund', 'fund_link'];
  if (kind === 'subscribe' || kind === 'subscribe_link') return ['subscribe', 'subscribe_link'];
  return [kind];
}

/** Kinds that only make a page: nothing is charged before a person pays there, so a replay can never charge. */
export function isLinkKind(kind: IntentKind): boolean {
  return kind === 'fund_link' || kind === 'subscribe_link';
}

import { usdFromCents, usdFromMicro } from '../domain/money.ts';
import { type EpochMs, formatInstant } from '../domain/time.ts';
import type { Account, CheckoutSession, PaymentIntent } from './provider/account.ts';
import { balanceOf } from './provider/ledger.ts';
import { isPayable, paymentUrl } from './provider/session.ts';
import { subscriptionOnTheWire } from './provider/subscriptions.ts';
import type { World } from './provider/world.ts';

type Json = Readonly<Record<string, unknown>>;

const INTENTS_SHOWN_MAX = 50;

export function accountSummary(account: Account): Json {
  return {
    name: account.name,
    email: account.email,
    balance: usdFromMicro(balanceOf(account)),
    burn: usdFromMicro(account.burnMicroUsdPerHour),
    subscription: account.subscriptions.at(-1)?.status ?? null,
  };
}

/** All there is to know about an account; its tokens are only counted, its password is not shown. */
export function accountPicture(world: World, account: Account, now: EpochMs): Json {
  const { autoFunding } = account;
  const links = Object.values(account.sessions).filter((session) => isPayable(session, now));
  return {
    name: account.name,
    email: account.email,
    balance: usdFromMicro(balanceOf(account)),
    total_credited: usdFromMicro(account.creditedMicroUsd),
    amount_used: usdFromMicro(account.usedMicroUsd),
    burn: usdFromMicro(account.burnMicroUsdPerHour),
    reseller: account.isReseller,
    cards: account.cards.map((card) => ({
      id: card.id,
      brand: card.brand,
      last4: card.last4,
      exp_month: card.expMonth,
      exp_year: card.expYear,
      behaviour: card.behaviour,
      fingerprint: card.fingerprint,
      default: card.id === account.defaultCard,
    })),
    subscriptions: account.subscriptions.map(subscriptionOnTheWire),
    open_links: links.map((session) => linkPicture(world, session)),
    auto_funding:
      autoFunding === null
        ? null
        : {
            auto_charge_amount: usdFromCents(autoFunding.amountCents),
            charge_threshold: usdFromCents(autoFunding.thresholdCents),
          },
    payment_intents: Object.values(account.intents).slice(-INTENTS_SHOWN_MAX).map(intentPicture),
    keys: Object.keys(account.keys).length,
    tokens: account.tokens.filter((token) => (world.tokens[token]?.expiresAt ?? Infinity) > now).length,
  };
}

function linkPicture(world: World, session: CheckoutSession): Json {
  return {
    session_id: session.id,
    purpose: session.purpose,
    amount: usdFromCents(session.amountCents),
    plan_id: session.planId,
    payment_url: paymentUrl(world, session),
    expires_at: formatInstant(session.expiresAt),
  };
}

function intentPicture(intent: PaymentIntent): Json {
  return {
    id: intent.id,
    status: intent.status,
    amount: usdFromCents(intent.amountCents),
    kind: intent.kind,
    card: intent.card,
    refunded: intent.isRefunded,
    created_at: formatInstant(intent.createdAt),
  };
}

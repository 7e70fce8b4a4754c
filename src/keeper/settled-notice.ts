import { done, funded, subscriptionRepaired } from '../alerts/incident-facts.ts';
import { payoutOf } from '../charge/call.ts';
import type { Intent } from '../charge/intent.ts';
import type { IncidentFact } from '../domain/incident.ts';
import { type Cents, formatCents, type MicroUsd } from '../domain/money.ts';

/** What people are told when an intent is settled; `null` where there is nothing to say. Pure. */
export function settledNotice(
  intent: Intent,
  amountCents: Cents,
  scene: {
    readonly balanceMicroUsd: MicroUsd | null;
    readonly requestId: string | null;
    /** The plan of the intent, in words. */
    readonly plan: string;
    /** That of the subscription, as the provider shows it. */
    readonly planShown: string | null;
  },
): IncidentFact | null {
  const { account, kind, id: intentId } = intent;
  const { balanceMicroUsd, requestId, plan, planShown } = scene;
  const reference = { intentId, requestId };
  const charged = amountCents > 0 ? amountCents : null;
  switch (kind) {
    case 'fund':
    case 'fund_link': {
      const isByLink = kind === 'fund_link';
      return funded({ account, amountCents, balanceMicroUsd, runwayMs: null, isByLink, ...reference });
    }
    case 'fix_payment':
    case 'subscribe':
    case 'subscribe_link':
    case 'resume': {
      const subscription = intent.subscription ?? intent.plan;
      if (subscription === null) return null;
      return subscriptionRepaired({
        account,
        subscription,
        planName: intent.plan === null ? planShown : plan,
        amountCents: charged,
        ...reference,
      });
    }
    case 'change_plan':
      return done({
        account,
        what: `subscription ${intent.subscription} is on plan ${plan}`,
        amountCents: charged,
        ...reference,
      });
    case 'pause':
      return done({
        account,
        what: `subscription ${intent.subscription} is paused`,
        amountCents: null,
        ...reference,
      });
    case 'reset_cycle': {
      const what = `the billing cycle of subscription ${intent.subscription} was reset`;
      return done({ account, what, amountCents: charged, ...reference });
    }
    case 'charge_amount':
      return done({
        account,
        what: `${formatCents(amountCents)} charged by hand`,
        amountCents: charged,
        ...reference,
      });
    case 'withdraw': {
      const payoutCents = payoutOf(intent.body);
      const what = payoutCents === null ? 'a withdrawal went out' : `${formatCents(payoutCents)} withdrawn`;
      return done({ account, what, amountCents: null, ...reference });
    }
  }
}

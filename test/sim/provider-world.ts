import { microUsd } from '../../src/domain/money.ts';
import { epochMs, HOUR_MS } from '../../src/domain/time.ts';
import { openAccount, openWorld } from '../../src/sandbox/provider/open-world.ts';
import type { World } from '../../src/sandbox/provider/world.ts';
import type { Credentials } from './fleet-spec.ts';
import { Dice } from './keyed-random.ts';
import type { Plan } from './plan.ts';

/** The imitated provider with the accounts of a plan and its standing weaknesses. */
export function openProvider(
  plan: Plan,
  startMs: number,
): { readonly world: World; readonly credentials: Map<string, Credentials> } {
  const now = epochMs(startMs);
  const dice = new Dice(plan.seed, 'provider world');
  const world = openWorld({ seed: `sim ${plan.seed}`, origin: 'http://127.0.0.1', speed: 1, now });
  world.faults.key_retention_ms = plan.provider.keyMemoryMs;
  world.faults.decline_caching = plan.provider.cachesDeclines ? 1 : 0;
  world.faults.fund_answer = plan.provider.fundAnswer;
  const sharesCard = dice.happens(0.4);
  const credentials = new Map<string, Credentials>();
  for (const [index, account] of plan.accounts.entries()) {
    const email = `${account.name}@sim.purser.test`;
    const token = `tok-${account.name}-not-to-be-seen`;
    const password = `pass-${account.name}-not-to-be-seen`;
    credentials.set(account.name, { token, email, password });
    openAccount(
      world,
      {
        name: account.name,
        email,
        password,
        token,
        balanceMicroUsd: microUsd(account.startCents * 10_000),
        burnMicroUsdPerHour: microUsd(account.burnCentsPerHour * 10_000),
        cards: Array.from({ length: account.cards }, (_, card) => ({
          id: `pm_${index + 1}x${card + 1}`,
          brand: 'visa',
          last4: String(4_000 + (sharesCard && card === 0 ? 0 : 10 * index + card)),
          behaviour: 'succeed',
          fingerprint: sharesCard && card === 0 ? 'face-shared' : `face-${index + 1}-${card + 1}`,
        })),
        subscription:
          account.subscription !== 'none'
            ? {
                planId: plan.planId,
                status: account.subscription,
                renewsInMs: Math.round(dice.between(1, 200) * HOUR_MS),
              }
            : null,
        isReseller: false,
      },
      now,
    );
  }
  return { world, credentials };
}

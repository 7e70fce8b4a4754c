import { usdFromMicro } from '../../domain/money.ts';
import { type Outcome, ok } from './answer.ts';
import type { Call } from './call.ts';
import { balanceOf } from './ledger.ts';

/** API sheet, "Tokens": the profile. */
export function getMe(call: Call): Outcome {
  const { account } = call;
  return ok({
    id: account.userId,
    name: account.name,
    email: account.email,
    username: account.name,
    verified: true,
    is_reseller: account.isReseller,
    wallet_balance: usdFromMicro(balanceOf(account)),
  });
}

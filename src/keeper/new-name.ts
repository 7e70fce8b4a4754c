import type { AccountName } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
import type { UpkeepMemory } from '../domain/upkeep.ts';

/** Why an account is frozen whose provider calls it by another e-mail than before. */
export const OTHER_NAME =
  'its credentials lead to another account at the provider than before, or its e-mail address there was changed; ' +
  'give another account a name of its own, and resume only the same one';

/** Why an account that is new by its name is not charged. */
export const MAY_BE_KNOWN =
  'it may be one that was known here by another name or e-mail address: what was seen of them leaves that open; ' +
  'resume it if it is a new one, which has no pause and no open charge of the other, and else give it back what it had';

const TASK = 'new_name';

const BY_A_PERSON = 'accepted by a person';
/** In the ledger of an account that is new here. */
const OVER_PAYMENTS = 'asked over payments of another account';

/** A new name for the account was seen, and people were asked about it. One that was asked about before changes nothing. */
export async function askAboutName(
  upkeep: UpkeepMemory,
  account: AccountName,
  {
    name,
    now,
    isOverPayments = false,
  }: { readonly name: string; readonly now: EpochMs; readonly isOverPayments?: boolean },
): Promise<void> {
  const detail = isOverPayments ? OVER_PAYMENTS : 'asked';
  const before = upkeep.read(account, TASK);
  const isNews = isOverPayments && before?.detail !== detail;
  if (before?.digest === name && !isNews) return;
  await upkeep.write(account, TASK, { digest: name, result: 'trying', detail, at: now });
}

/** That question does not end by what is seen of names alone. */
export function isAskedOverPayments(upkeep: UpkeepMemory, account: AccountName): boolean {
  const asked = upkeep.read(account, TASK);
  return asked?.result === 'trying' && asked.detail === OVER_PAYMENTS;
}

export function isNameAsked(upkeep: UpkeepMemory, account: AccountName): boolean {
  return upkeep.read(account, TASK)?.result === 'trying';
}

/** A person said that it is the same account (`purser resume`). */
export async function acceptName(upkeep: UpkeepMemory, account: AccountName, now: EpochMs): Promise<void> {
  const asked = upkeep.read(account, TASK);
  if (asked === null) return;
  await upkeep.write(account, TASK, { ...asked, result: 'done', detail: BY_A_PERSON, at: now });
}

export function isNameAccepted(upkeep: UpkeepMemory, account: AccountName, name: string): boolean {
  const record = upkeep.read(account, TASK);
  return record !== null && record.digest === name && record.result === 'done';
}

/** That nothing was said against it is no such word. */
export function isAcceptedByPerson(upkeep: UpkeepMemory, account: AccountName, name: string): boolean {
  return isNameAccepted(upkeep, account, name) && upkeep.read(account, TASK)?.detail === BY_A_PERSON;
}

/** A person said that the account has another name than this now. */
export function isOtherAccepted(upkeep: UpkeepMemory, account: AccountName, name: string): boolean {
  const record = upkeep.read(account, TASK);
  return record !== null && record.digest !== name && record.result === 'done';
}

/** The account goes by its known name again: what was said of another one holds no more. */
export async function forgetOtherNames(
  upkeep: UpkeepMemory,
  account: AccountName,
  { name, now }: { readonly name: string; readonly now: EpochMs },
): Promise<void> {
  const record = upkeep.read(account, TASK);
  if (record === null || (record.digest === name && record.result === 'done')) return;
  await upkeep.write(account, TASK, { digest: name, result: 'done', detail: 'as before', at: now });
}

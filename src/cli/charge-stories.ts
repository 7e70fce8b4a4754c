import type { AccountName } from '../domain/ids.ts';
import { formatInstant } from '../domain/time.ts';
import { type IntentView, intentView } from '../keeper/view.ts';
import type { Store } from '../store/store.ts';

export type ChargeStory = IntentView & {
  readonly story: readonly { readonly at: string; readonly to: string; readonly why: string }[];
  /** Where a person pays, while a link is open. */
  readonly payment_url: string | null;
};

/** The last charges of an account, newest first, each with how it came to where it is. */
export async function chargeStories(
  { journal }: Pick<Store, 'journal'>,
  account: AccountName,
  limit: number,
): Promise<readonly ChargeStory[]> {
  const intents = await journal.intents({ account, limit });
  const stories = intents.map(async (intent): Promise<ChargeStory> => {
    const entries = await journal.story(intent.id);
    return {
      ...intentView(intent),
      story: entries.map(({ at, to, why }) => ({ at: formatInstant(at), to, why })),
      payment_url: intent.state.kind === 'link_open' ? intent.state.url : null,
    };
  });
  return await Promise.all(stories);
}

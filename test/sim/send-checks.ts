import type { Asker } from './asker.ts';
import type { WireCall } from './wire-call.ts';

type Breach = { readonly invariant: 'I3' | 'I4' | 'freeze'; readonly sentence: string };

/** What the journal has to say of a money call before it leaves: I3, I4, and that no freeze stands. */
export function checkSend(
  asker: Asker,
  {
    key,
    account,
    bodyText,
    count,
  }: Pick<WireCall, 'account' | 'bodyText'> & {
    readonly key: string;
    /** The how-manieth POST it is. */
    readonly count: number;
  },
  row: Readonly<Record<string, unknown>> | undefined,
): readonly Breach[] {
  const found: Breach[] = [];
  const doc: unknown = row === undefined ? null : JSON.parse(String(row['doc']));
  const isSame = typeof doc === 'object' && doc !== null && 'body' in doc && doc.body === bodyText;
  if (row === undefined || !isSame)
    found.push({ invariant: 'I3', sentence: `${key} left without an armed row of the same bytes` });
  else if (Number(row['is_open']) !== 1)
    found.push({ invariant: 'I3', sentence: `${key} left for a closed intent` });
  else if (Number(row['sends']) < count)
    found.push({
      invariant: 'I3',
      sentence: `${key} left ${count} times, ${String(row['sends'])} are journalled`,
    });
  const open = asker.durable(
    'SELECT kind, count(*) AS n FROM intent WHERE account = ? AND is_open = 1 GROUP BY kind',
    account,
  );
  for (const { kind, n } of open)
    if (Number(n) > 1)
      found.push({ invariant: 'I4', sentence: `${String(n)} open intents of kind ${String(kind)}` });
  const [hold] = asker.durable(`SELECT reason FROM hold WHERE account = ? AND kind = 'freeze'`, account);
  if (hold !== undefined)
    found.push({ invariant: 'freeze', sentence: `${key} left although frozen: ${String(hold['reason'])}` });
  return found;
}

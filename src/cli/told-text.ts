import type { Told } from './cli-io.ts';
import { plainText } from './plain-text.ts';

/** What went wrong, in words: what, the provider's request id, what to do next. */
export function toldText({ code, message, mend, requestId }: Told): string {
  // Places in the config with their lines, whole as they are.
  if (code === 'bad_config') return mend === null ? `${message}\n` : `${message}\n${mend}\n`;
  const lines = [`purser: ${plainText(message).replace(/\.$/, '')}.`];
  if (requestId !== null) lines.push(`The provider's request id is ${requestId}.`);
  if (mend !== null) lines.push(mend);
  return `${lines.join('\n')}\n`;
}

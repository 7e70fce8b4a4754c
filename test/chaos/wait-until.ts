import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until the answer is yes; false when the time is over. */
export async function waitUntil(
  isSo: () => Promise<boolean>,
  options: { readonly timeoutMs: number; readonly everyMs?: number },
): Promise<boolean> {
  const endMs = performance.now() + options.timeoutMs;
  while (performance.now() < endMs) {
    if (await isSo()) return true;
    await sleep(options.everyMs ?? 500);
  }
  return await isSo();
}

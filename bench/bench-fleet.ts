import type { SandboxLine } from '../test/chaos/sandbox-process.ts';
import { writeConfig } from '../test/chaos/write-config.ts';

/** A healthy fleet: every pass ends in "above the minimum" and "the subscription is as declared". */
export function writeFleet(folder: string, sandbox: SandboxLine, poll: string): string {
  return writeConfig(folder, sandbox, {
    poll,
    quarantine: '0s',
    policies: { only: { minBalance: 10, topUp: { amount: 50 }, caps: { day: 500, month: 5_000 } } },
    policyOf: () => 'only',
  });
}

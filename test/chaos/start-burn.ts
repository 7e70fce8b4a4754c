import type { SandboxProcess } from './sandbox-process.ts';
import type { Start } from './true-balance.ts';

/** Sets every account's burn, in real dollars a second, and notes where each wallet stands from then on. */
export async function startBurn(
  sandbox: SandboxProcess,
  options: {
    readonly speed: number;
    readonly dollarsPerSecond: (index: number) => number;
    readonly minBalance: (index: number) => number;
    /** Dollars in the wallet at the start; what the seed gave it if left out. */
    readonly balance?: number;
  },
): Promise<readonly Start[]> {
  const { speed, dollarsPerSecond, minBalance, balance } = options;
  const starts: Start[] = [];
  for (const [index, { name }] of sandbox.line.accounts.entries()) {
    // The sandbox books burn by the hour of virtual time, in millionths of a dollar.
    const burn = Number(((dollarsPerSecond(index) * 3_600) / speed).toFixed(6));
    const patch = balance === undefined ? { burn } : { burn, balance };
    const seen = await sandbox.patchAccount(name, patch);
    starts.push({
      account: name,
      at: Date.now(),
      balance: seen.balance,
      dollarsPerSecond: (burn * speed) / 3_600,
      minBalance: minBalance(index),
    });
  }
  return starts;
}

export async function stopBurn(sandbox: SandboxProcess): Promise<void> {
  for (const { name } of sandbox.line.accounts) await sandbox.patchAccount(name, { burn: 0 });
}

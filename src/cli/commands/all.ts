import type { CommandFile } from './command.ts';

/** Every command by its name, in the order of `purser --help`; loaded when it is called, so that each starts fast. */
export const COMMANDS: ReadonlyMap<string, () => Promise<CommandFile>> = new Map([
  ['run', async () => (await import('./run.ts')).run],
  ['check', async () => (await import('./check.ts')).check],
  ['plan', async () => (await import('./plan.ts')).plan],
  ['once', async () => (await import('./once.ts')).once],
  ['status', async () => (await import('./status.ts')).status],
  ['explain', async () => (await import('./explain.ts')).explain],
  ['incidents', async () => (await import('./incidents.ts')).incidents],
  ['pause', async () => (await import('./pause.ts')).pause],
  ['resume', async () => (await import('./resume.ts')).resume],
  ['resolve', async () => (await import('./resolve.ts')).resolve],
  ['adopt', async () => (await import('./adopt.ts')).adopt],
  ['ensure', async () => (await import('./ensure.ts')).ensure],
  ['pay-link', async () => (await import('./pay-link.ts')).payLink],
  ['billing', async () => (await import('./billing.ts')).billing],
  ['wallet', async () => (await import('./wallet.ts')).wallet],
  ['subscriptions', async () => (await import('./subscriptions.ts')).subscriptions],
  ['payments', async () => (await import('./payments.ts')).payments],
  ['usage', async () => (await import('./usage.ts')).usage],
  ['audit', async () => (await import('./audit.ts')).auditCommand],
  ['notify', async () => (await import('./notify.ts')).notify],
  ['schema', async () => (await import('./schema.ts')).schema],
  ['sandbox', async () => (await import('./sandbox.ts')).sandbox],
  ['demo', async () => (await import('./demo.ts')).demo],
  ['healthcheck', async () => (await import('./healthcheck.ts')).healthcheck],
]);

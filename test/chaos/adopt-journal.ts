import { Child, type Ended } from './child.ts';
import type { TempHome } from './temp-home.ts';

/** `purser adopt`, as an operator types it beside the running daemon. */
export async function adoptJournal(home: TempHome, config: string): Promise<Ended> {
  const child = new Child(['adopt', '--config', config], {
    cwd: home.path,
    stdoutPath: home.file('adopt.stdout'),
    stderrPath: home.file('adopt.stderr'),
  });
  return await child.ended;
}

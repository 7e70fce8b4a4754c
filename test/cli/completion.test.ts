import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { anIo } from './an-io.ts';

async function script(shell: string): Promise<string> {
  const { io, said } = anIo();
  expect(await runCli(['completion', shell], io)).toBe(0);
  return said.stdout;
}

/** What bash offers for the last of the words. */
function offered(completion: string, words: readonly string[]): readonly string[] {
  const asked = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _purser; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['-c', `${completion}\n${asked}`, 'bash', 'purser', ...words], {
    encoding: 'utf8',
  });
  return out.split('\n').filter((line) => line !== '');
}

test.each([
  [['wal'], ['wallet']],
  [['wallet', 'f'], ['fund']],
  [
    ['wallet', 'coupons', ''],
    ['validate', 'redeem', '--help'],
  ],
  [
    ['wallet', 'fund', '--co'],
    ['--coupon', '--config'],
  ],
  [['--json', 'billing', 'ca'], ['cards']],
  [['--config', 'my.yaml', 'stat'], ['status']],
  [['explain', 'x'], []],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish', '--help'],
  ],
  [['check', '--config', ''], []], // and where nothing is offered, bash offers files
])('bash completes %j', async (words, expected) => {
  expect(new Set(offered(await script('bash'), words))).toEqual(new Set(expected));
});

test('zsh is taught by the same script, and fish by its own', async () => {
  expect(await script('zsh')).toBe(`autoload -U +X bashcompinit && bashcompinit\n${await script('bash')}`);
  const fish = await script('fish');
  expect(fish).toContain(`complete -c purser -f -n '__purser_at "wallet coupons"' -a 'validate redeem'`);
  expect(fish).toContain(`complete -c purser -n '__purser_at "plan"' -l exit-code`);
  expect(fish).toContain(`complete -c purser -n '__purser_at "plan"' -l config -r`);
});

test('another shell is a usage error that names the three', async () => {
  const { io, said } = anIo();
  expect(await runCli(['completion', 'tcsh'], io)).toBe(64);
  expect(said.stderr).toContain('bash, zsh, fish');
});

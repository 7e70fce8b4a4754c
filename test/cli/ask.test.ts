import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { askHiddenOnTerminal, askOnTerminal } from '../../src/cli/ask.ts';

/** A terminal of two streams; `typed` arrives key by key. */
function terminal(typed: string) {
  const input = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, raw: [] as boolean[] });
  const screen = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let shown = '';
  screen.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  Object.assign(input, {
    setRawMode: (isRaw: boolean) => {
      input.raw.push(isRaw);
      return input;
    },
  });
  setImmediate(() => input.write(typed));
  return { input, output: screen, raw: input.raw, shown: () => shown };
}

const calm = new AbortController().signal;

test('what is typed at a hidden question is returned and never shown', async () => {
  const one = terminal('4242 4242\r');
  expect(await askHiddenOnTerminal(one, 'Card number (not shown): ', calm)).toBe('4242 4242');
  expect(one.shown()).toBe('Card number (not shown): \n');
  expect(one.raw).toEqual([true, false]);
});

test.each([
  ['Ctrl-C', 'agent\u0003', askOnTerminal],
  ['Ctrl-D', '\u0004', askOnTerminal],
  ['Ctrl-C at a hidden question', '4242\u0003', askHiddenOnTerminal],
])('%s ends the command with 130 and leaves the terminal echoing', async (_key, typed, ask) => {
  const one = terminal(typed);
  await expect(ask(one, 'Type it: ', calm)).rejects.toMatchObject({
    code: 130,
    told: { mend: 'Nothing was changed.' },
  });
  expect(one.raw.at(-1)).toBe(false);
});

test('a signal ends a question that nobody answers', async () => {
  const one = terminal('');
  await expect(askHiddenOnTerminal(one, 'CVC: ', AbortSignal.abort('SIGTERM'))).rejects.toMatchObject({
    code: 130,
  });
  const stop = new AbortController();
  const other = terminal('');
  const asked = askHiddenOnTerminal(other, 'CVC: ', stop.signal);
  stop.abort('SIGTERM');
  await expect(asked).rejects.toMatchObject({ code: 130 });
  expect(other.raw.at(-1)).toBe(false);
});

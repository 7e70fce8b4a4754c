import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { CliIo } from '../../src/cli/cli-io.ts';
import { withProgress } from '../../src/cli/progress.ts';
import { SECOND_MS } from '../../src/domain/time.ts';
import { ManualClock } from '../sandbox/manual-clock.ts';
import { anIo } from './an-io.ts';

const ERASED = '\r\u001b[K';

/** A command at work on a terminal, and what stderr showed meanwhile. */
function atWork(over: Partial<CliIo> = {}) {
  const clock = new ManualClock();
  const { io, said } = anIo({ clock, stderrIsTerminal: true, ...over });
  const work = Promise.withResolvers<number>();
  const inside = Promise.withResolvers<CliIo>();
  const ended = withProgress(io, 'plan', (own) => {
    inside.resolve(own);
    return work.promise;
  });
  const second = async () => {
    clock.advance(SECOND_MS);
    await setImmediate();
  };
  const end = async () => {
    work.resolve(0);
    return await ended;
  };
  return { said, second, inside: inside.promise, end };
}

test('what takes longer than a second says so, with how far it is, in a line that is gone at the end', async () => {
  const { said, second, inside, end } = atWork();
  const io = await inside;
  expect(said.stderr).toBe('');
  await second();
  expect(said.stderr).toBe(`${ERASED}plan: 1s`);
  io.progress(3, 40);
  await second();
  io.stdout.write('table\n');
  expect(await end()).toBe(0);
  expect(said).toEqual({ stdout: 'table\n', stderr: `${ERASED}plan: 1s${ERASED}plan: 2s, 3 of 40${ERASED}` });
});

test('what is said takes its place, a question is not written over, and its answer is no work', async () => {
  const answer = Promise.withResolvers<string>();
  const { said, second, inside, end } = atWork({ ask: () => answer.promise });
  const io = await inside;
  await second();
  io.stderr.write('note\n');
  const asked = io.ask?.('Sure? ');
  await second();
  answer.resolve('y');
  expect(await asked).toBe('y');
  await second();
  await end();
  expect(said.stderr).toBe(`${ERASED}plan: 1s${ERASED}note\n${ERASED}plan: 1s${ERASED}`);
});

test('a pipe gets nothing of it', async () => {
  const { said, second, end } = atWork({ stderrIsTerminal: false });
  await second();
  await end();
  expect(said.stderr).toBe('');
});

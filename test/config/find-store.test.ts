import { expect, test } from 'vitest';
import { findStore } from '../../src/config/find-store.ts';
import { memoryDisk } from './memory-disk.ts';

const found = (text: string | null) =>
  findStore({
    path: '/etc/purser/purser.yaml',
    env: { DATA: '/data' },
    disk: memoryDisk(text === null ? {} : { 'purser.yaml': text }),
  });

const BROKEN = 'policies: { "half: written';

test.each([
  ['no file', null, '/etc/purser/data/purser.db'],
  ['a file that names none', 'version: 7', '/etc/purser/data/purser.db'],
  ['a list', '- store: sqlite:./other.db', '/etc/purser/data/purser.db'],
  ['a path from the folder of the config', 'version: 7\nstore: sqlite:./p.db', '/etc/purser/p.db'],
  ['a variable', 'store: sqlite:${DATA}/p.db', '/data/p.db'],
  ['a line in what is no YAML', `store: sqlite:/data/my p.db # ours\r\n${BROKEN}`, '/data/my p.db'],
  ['a quoted one, with a variable', `store: "sqlite:\${DATA}/p.db"\n${BROKEN}`, '/data/p.db'],
  ['JSON that is cut off', '{"version":1,"store":"sqlite:/data/p.db","policies":{"a', '/data/p.db'],
  ['a comment in what is no YAML', `# store: sqlite:/old.db\n${BROKEN}`, '/etc/purser/data/purser.db'],
  ['a variable that is not set', 'store: sqlite:${NOWHERE}/p.db', null],
  ['such a one in what is no YAML', `store: sqlite:\${NOWHERE}/p.db\n${BROKEN}`, null],
  ['no file at all', 'store: postgres://host/purser', null],
  ['no file at all in what is no YAML', `store: postgres://host/purser\n${BROKEN}`, null],
])('the store of a config that does not load: %s', (_, text, path) => {
  expect(found(text)).toBe(path);
});

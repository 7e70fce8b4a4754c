import { expect, test } from 'vitest';
import { findListen } from '../../src/config/find-listen.ts';
import { memoryDisk } from './memory-disk.ts';

const BROKEN = 'policies: { "half: written';

test.each([
  ['no file', null, '127.0.0.1', 9464],
  ['a file that names none', 'version: 7', '127.0.0.1', 9464],
  ['a mapping', 'version: 7\nserver: { listen: 0.0.0.0:8080 }', '0.0.0.0', 8080],
  ['a variable', 'server:\n  listen: 127.0.0.1:${PORT}', '127.0.0.1', 7070],
  [
    'beside a token that cannot be read',
    'server: { listen: "[::1]:81", api_token: { env: NONE } }',
    '::1',
    81,
  ],
  ['a line in what is no YAML', `server:\n  listen: 127.0.0.1:82 # ours\n${BROKEN}`, '127.0.0.1', 82],
  ['within braces in what is no YAML', `server: { listen: "[::1]:83" }\n${BROKEN}`, '::1', 83],
  ['JSON that is cut off', '{"version":1,"server":{"listen":"0.0.0.0:84"},"pol', '0.0.0.0', 84],
  ['a comment in what is no YAML', `# listen: 0.0.0.0:85\n${BROKEN}`, '127.0.0.1', 9464],
  ['no address', 'server: { listen: 86 }', '127.0.0.1', 9464],
])('the address of a config that does not load: %s', (_, text, host, port) => {
  const disk = memoryDisk(text === null ? {} : { 'purser.yaml': text });
  const found = findListen({ path: '/etc/purser/purser.yaml', env: { PORT: '7070' }, disk });
  expect(found).toMatchObject({ host, port });
});

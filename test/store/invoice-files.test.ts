import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AccountName, parseName } from '../../src/domain/ids.ts';
import { diskTrouble } from '../../src/store/disk-trouble.ts';
import { archiveTrouble, InvoiceFiles } from '../../src/store/invoice-files.ts';
import { scratchFolder } from '../keeper/fleet-config.ts';

const account = parseName<AccountName>('render-eu') as AccountName; // a literal with that pattern
const PDF = { part: 'pdf', bytes: Buffer.from('%PDF-1.4') } as const;

function anArchive() {
  const folder = join(scratchFolder(), 'books', 'invoices');
  const files = new InvoiceFiles((text) => text.replaceAll('canary', '[secret]'));
  return { files, folder, place: { folder, account }, mine: join(folder, account) };
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('record and PDF are whole files for the owner alone, in folders for the owner alone', async () => {
  const { files, folder, place, mine } = anArchive();
  const facts = { id: 'in_1', number: 'A-1', amount: 20.5, note: 'token canary', card: 4242424242424242 };
  expect(await files.write(place, 'in_1', { part: 'json', facts })).toBe(null);
  expect(await files.write(place, 'in_1', PDF)).toBe(null);
  expect(readdirSync(mine)).toEqual(['in_1.json', 'in_1.pdf']);
  expect(JSON.parse(readFileSync(join(mine, 'in_1.json'), 'utf8'))).toEqual({
    ...facts,
    note: 'token [secret]',
  });
  expect(readFileSync(join(mine, 'in_1.pdf'))).toEqual(PDF.bytes);
  expect([folder, mine].map(modeOf)).toEqual(['700', '700']);
  expect(readdirSync(mine).map((name) => modeOf(join(mine, name)))).toEqual(['600', '600']);
});

test('what is missing is what is not on the disk', async () => {
  const { files, place, mine } = anArchive();
  const ids = ['in_1', 'in_2'];
  const missing = async () => {
    const found = await files.missing(place, ids);
    return found.kind === 'known' ? Object.fromEntries(found.missing) : found.why;
  };
  expect(await missing()).toEqual({ in_1: ['json', 'pdf'], in_2: ['json', 'pdf'] });
  await files.write(place, 'in_1', { part: 'json', facts: {} });
  writeFileSync(join(mine, 'in_2.pdf'), 'put there by hand');
  writeFileSync(join(mine, '.in_1.pdf.new'), 'half of it, left by a crash');
  expect(await missing()).toEqual({ in_1: ['pdf'], in_2: ['json'] });
  await files.write(place, 'in_1', PDF);
  expect(await missing()).toEqual({ in_2: ['json'] });
  expect(readdirSync(mine)).toEqual(['in_1.json', 'in_1.pdf', 'in_2.pdf']);
});

test('what is there stays as it is, also a link that leads nowhere', async () => {
  const { files, place, mine } = anArchive();
  mkdirSync(mine, { recursive: true });
  writeFileSync(join(mine, 'in_1.pdf'), 'mine');
  symlinkSync(join(place.folder, '..', 'elsewhere'), join(mine, 'in_2.pdf'));
  expect(await files.write(place, 'in_1', PDF)).toBe(null);
  expect(await files.write(place, 'in_2', PDF)).toBe(null);
  expect(readFileSync(join(mine, 'in_1.pdf'), 'utf8')).toBe('mine');
  expect(existsSync(join(place.folder, '..', 'elsewhere'))).toBe(false);
});

test('a folder that was there before keeps its mode; the account’s own is closed', async () => {
  const { files, folder, place, mine } = anArchive();
  mkdirSync(mine, { recursive: true, mode: 0o755 });
  await files.write(place, 'in_1', PDF);
  expect([folder, mine].map(modeOf)).toEqual(['755', '700']);
});

test.each(['../../x', '/etc/passwd', '..', '.hidden', 'a/b', 'a\\b', '', 'in_1\0', 'ü', 'x'.repeat(255)])(
  'the id %j makes one file in the account’s folder',
  async (id) => {
    const { files, folder, place, mine } = anArchive();
    expect(await files.write(place, id, PDF)).toBe(null);
    expect(readdirSync(mine)).toHaveLength(1);
    expect(readdirSync(folder)).toEqual([account]);
    expect(readdirSync(dirname(folder))).toEqual(['invoices']);
    expect(await files.missing(place, [id])).toEqual({ kind: 'known', missing: new Map([[id, ['json']]]) });
  },
);

test('no two ids share a file', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.string(), { maxLength: 10 }), async (ids) => {
      const { files, place, mine } = anArchive();
      for (const id of ids) await files.write(place, id, PDF);
      expect(ids.length === 0 ? [] : readdirSync(mine)).toHaveLength(ids.length);
    }),
    { numRuns: 50 },
  );
});

test('a folder that cannot be made is told with place, reason and mend', async () => {
  const { files, folder, place, mine } = anArchive();
  mkdirSync(dirname(folder), { recursive: true });
  writeFileSync(folder, 'a file');
  const why = `${mine} cannot be written: a file stands where a folder should (ENOTDIR); name another folder, or take it away`;
  expect(await files.write(place, 'in_1', PDF)).toBe(why);
  expect(await files.missing(place, ['in_1'])).toEqual({
    kind: 'failed',
    why: why.replace('written', 'read'),
  });
});

test.each([
  ['ENOSPC', 'the disk is full', 'free some space'],
  ['EACCES', 'purser may not do that', 'give the folder to the user that purser runs as'],
  ['EROFS', 'the file system is read-only', 'mount it writable, or name another folder'],
  ['EIO', 'the system refuses', 'look at the disk'],
])('%s is told in words, with its mend', (code, what, mend) => {
  const error = Object.assign(new Error('no'), { code });
  expect(diskTrouble('written', '/srv/x', error)).toEqual({
    what: `/srv/x cannot be written: ${what} (${code})`,
    mend,
  });
});

test('the check looks and makes nothing', async () => {
  const { folder, place } = anArchive();
  expect(await archiveTrouble(place)).toBe(null);
  expect(existsSync(dirname(folder))).toBe(false);
  writeFileSync(dirname(folder), 'a file');
  expect(await archiveTrouble(place)).toEqual({
    what: `${folder}/render-eu cannot be written: a file stands where a folder should (ENOTDIR)`,
    mend: 'name another folder, or take it away',
  });
});

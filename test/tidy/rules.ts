import { bannedWords } from './banned-words.ts';
import { casts } from './casts.ts';
import { emptyNames, longFiles, strayTests } from './files.ts';
import { globals } from './globals.ts';
import { importDirection } from './import-direction.ts';
import type { Source } from './source.ts';
import { unreachedFiles } from './unreached.ts';

export type Rule = {
  readonly name: string;
  /** One line per fault: place, then what is wrong. */
  readonly faults: (sources: readonly Source[]) => readonly string[];
};

export const RULES: readonly Rule[] = [
  { name: 'imports point only downwards', faults: importDirection },
  { name: 'every file of src is reached from main.ts', faults: unreachedFiles },
  { name: 'no file is longer than 400 lines', faults: longFiles },
  { name: 'every file name says what is in it', faults: emptyNames },
  { name: 'every test mirrors a folder of src', faults: strayTests },
  { name: 'nothing is put off, switched off or any', faults: bannedWords },
  { name: 'every cast says why it holds', faults: casts },
  { name: 'globals are used only in their places', faults: globals },
];

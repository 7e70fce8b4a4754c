/** What went wrong at which path, and what mends it. */
export type DiskTrouble = { readonly what: string; readonly mend: string };

/** What operators meet. Anything else is told by its code. */
const TROUBLES: Readonly<Record<string, DiskTrouble>> = {
  ENOSPC: { what: 'the disk is full', mend: 'free some space' },
  EDQUOT: { what: 'the quota is used up', mend: 'free some space, or raise it' },
  EACCES: { what: 'purser may not do that', mend: 'give the folder to the user that purser runs as' },
  EPERM: { what: 'purser may not do that', mend: 'give the folder to the user that purser runs as' },
  EROFS: { what: 'the file system is read-only', mend: 'mount it writable, or name another folder' },
  ENOTDIR: { what: 'a file stands where a folder should', mend: 'name another folder, or take it away' },
  EEXIST: { what: 'a file stands where a folder should', mend: 'name another folder, or take it away' },
};
const OTHERWISE: DiskTrouble = { what: 'the system refuses', mend: 'look at the disk' };

/** Rethrows what is no error of the system's. */
export function diskTrouble(verb: 'read' | 'written', path: string, error: unknown): DiskTrouble {
  const code = codeOf(error);
  if (code === null) throw error;
  const { what, mend } = TROUBLES[code] ?? OTHERWISE;
  return { what: `${path} cannot be ${verb}: ${what} (${code})`, mend };
}

/** "/srv/invoices cannot be written: the disk is full (ENOSPC); free some space". */
export function sentenceOf({ what, mend }: DiskTrouble): string {
  return `${what}; ${mend}`;
}

export function hasCode(error: unknown, code: string): boolean {
  return codeOf(error) === code;
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

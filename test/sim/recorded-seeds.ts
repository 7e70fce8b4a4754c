/**
 * Seeds that broke an invariant when they were found, each with what was wrong. They were found while every look of the
 * daemon at itself found a host that had just woken up (`npm run sim -- --sleeps`), and are lived so still.
 */
export const FAILED = [
  [118, 'a charge whose row came late was released as absent, though its money was in the total'],
  [108, 'the oracle missed that a person had looked, whose write failed and was made'],
  [20080, 'the oracle took an old key that served a new need for a second charge'],
  [500850, 'a decline of a forgotten key was believed, though a send before it had charged'],
  [501594, 'a message that had waited for 30 hours was given up when the clock jumped a year'],
  [500111, 'the oracle took what a person confirmed for the charge of whoever had used the key first'],
  [501868, 'the oracle blamed purser for a decline of a copy that the network made'],
  [8000001, 'the look that showed a charge was not kept, so a page from before it brought a second one'],
  [8000093, 'a charge was released as absent on pages from before its money, which had been seen'],
  [8000013, 'the oracle blamed purser for a decline that it was told of after it had asked'],
  [70041, 'the oracle took a decline for known whose answer a crash had taken away'],
  [45, 'the oracle forgot what a machine had seen before an old copy of its database was put back'],
  [361, 'the oracle took the charge of a database before this one for that of a later intent under its key'],
  [9100301, 'an older row of the amount was taken for the charge on a page that lacked the newest one'],
  [9100445, 'the oracle took what a second purser charged under the key for what this one was told of'],
  [9100493, 'the oracle did not see that the charge of a lost database looks like that of the next one'],
  [9100049, 'the oracle blamed purser for three charges that waited unheard for their holder'],
  [9100029, 'what a person said was charged was not known when it was taken back'],
  [9100677, 'the oracle took the charge of another copy of the database for that of an earlier intent'],
  [9800005, 'a row of half a day before was taken for the charge of a journal that was new'],
  [
    9820353,
    'what a page showed while the disk failed was forgotten, and an older one brought a second charge',
  ],
  [9821057, 'a crash behind a settlement left its page unknown, and an older one brought a second charge'],
  [9820981, 'a wallet between two charges under one forgotten key was taken for the one after both'],
  [9830437, 'a replay went out without a look, though the look before had shown the money'],
  [9850097, 'what others had charged while the clock was off was not counted yet when it was right again'],
  [
    8000889,
    'a payment that a person called made was unknown when it was taken back, its row having named it late',
  ],
  [9981027, 'an old copy said that nothing was charged, on a page that lacked one of several credits'],
  [8000123, 'the oracle blamed an old copy of a database for a repair that looks like that of a person'],
  [9200129, 'the oracle took a payment that was declined for the one under the same key that was confirmed'],
  [11000113, 'the row of a later charge was taken for that of one that a person had called made'],
  [14000009, 'a page of debits from before the ledger look hid that a charge had been taken back'],
] as const;
/** The same, found while the host was awake, by days with faults. */
export const FAILED_AWAKE = [
  [32000325, 1, 'a charge was taken back before it was known for its own, which was forgotten'],
  [32000810, 1, 'a config that was not taken over because of the disk put off every charge for ever'],
  [32001289, 1, 'the oracle asked for the amount that another store had charged under the key'],
  [33000301, 1, 'the oracle took the charge of a database that an old copy replaced for one that the copy knows'],
  [33000334, 1, 'the oracle took a journal for born when the process behind its first commit had started again'],
  [35000909, 1, 'the failure of a declined payment ended a charge on the very page that showed an earlier one'],
  [9800005, 3, 'what a page had shown just before a crash was forgotten, and an older one brought a second charge'],
  [32000325, 4, 'the oracle took looks from before a holder confirmed, unheard, for looks at that charge'],
  [44000167, 1, 'the wallet of hours before was taken for one that stands there, and charged again'],
  [38000013, 1, 'what a page had shown while nobody said whose it was counted for half an hour only'],
  [49100097, 1, 'behind a resume by hand and a crash the wallet of hours before was believed, and charged again'],
  [49100809, 1, 'the first page of debits of all was from before the look, and hid that a charge had been taken back'],
  [49102093, 1, 'money without a row that was there at the arming kept a doubt open for ever'],
  [49102573, 1, 'two old pages of debits, an hour apart, were believed, and hid that a charge had been taken back'],
  [50100255, 1, 'an order by hand was charged before it was read that a charge had been taken back'],
  [49101936, 1, 'the oracle took what was listed for known, though nobody had said whose the list was'],
  [49106233, 1, 'the oracle took a page for known that a life was still reading when it died'],
  [49108434, 1, 'the oracle judged a charge by what was known when it left, not when it was decided'],
  [49110248, 1, 'the wallet of half a day before, in four ledger looks, was believed though its balance was well, and charged again'],
  [49117536, 1, 'a subscription was paid behind a lost journal before the ledger of its own account was read'],
  [49117817, 1, 'what a person had called charged, its row seen before, was unknown when it was taken back'],
  [49118489, 1, 'debits that stood still for hours were believed, and hid that a charge had been taken back'],
  [49111345, 1, 'the oracle took a second charge of the day for known behind one that no page had shown'],
] as const; // biome-ignore format: a table

/** Each of them once. To live them in other turns, and with other days, has found more than as many fresh ones. */
export const RECORDED: readonly number[] = [...new Set([...FAILED, ...FAILED_AWAKE].map(([seed]) => seed))];

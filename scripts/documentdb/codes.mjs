/** MongoDB's number for each SQLSTATE of the extension that clients tell apart; all others are a bad value. */
const codes = {
  M0000: 1,
  M0001: 2,
  M0003: 9,
  M00ER: 13,
  M0004: 14,
  M0005: 15,
  M00DO: 16,
  M0006: 20,
  M0008: 26,
  M0009: 27,
  M000A: 28,
  M000D: 40,
  M000E: 43,
  M000F: 48,
  M00EX: 50,
  M000G: 52,
  M000J: 56,
  M00EY: 59,
  M000M: 66,
  M000N: 67,
  M000O: 68,
  M000P: 72,
  M000Q: 73,
  M000R: 85,
  M000S: 86,
  M00F1: 112,
  M000U: 115,
  M00F2: 117,
  M00CO: 121,
  M000Z: 166,
  M001B: 10334,
  M001C: 11000,
  M003A: 17419,
  M003B: 17420,
  M007T: 40323,
  M007U: 40324,
  23505: 11000,
  '23P01': 11000,
  40001: 112,
  '40P01': 112,
  57014: 50,
  '57P01': 11600,
  '57P03': 11600,
  53100: 14031,
}

const badValue = 2

/** The number of an error of PostgreSQL, by its five letters. */
export const codeOfState = state => codes[state] ?? badValue

/** Write errors carry the five letters packed into one number, six bits each. */
export const codeOfPacked = packed => {
  if (packed < 100_000) return packed
  const letters = Array.from({ length: 5 }, (_, at) =>
    String.fromCharCode(((packed >> (6 * at)) & 63) + 48),
  )
  return codeOfState(letters.join(''))
}

/** A row of a file of users: the line that is sent, or why there is none. */
export type Row = {
  /** As people count: the first is 1; of a CSV file the first below the heading is 2. */
  readonly row: number
  /** Of the file, up to the end of this row; about that many where rows are more than lines. */
  readonly bytes: number
} & ({ readonly line: string } | { readonly problem: string })

export type Rows = AsyncIterable<Row>

/** Pieces of a file, with the bytes read so far. */
export type Piece = { readonly text: string; readonly bytes: number }

/** Longest row, in UTF-16 units. */
export const longestRow = 1_048_576

export const tooLong = `is longer than ${longestRow} characters`

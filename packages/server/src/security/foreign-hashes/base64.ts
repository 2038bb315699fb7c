const alphabet = /^[A-Za-z0-9+/._-]*={0,2}$/

/** Bytes of base64, base64url or the variant with `.` for `+`, padded or not; `undefined` for anything else. */
export const bytesOf = (text: string): Buffer | undefined =>
  alphabet.test(text)
    ? Buffer.from(text.replace(/[.-]/g, '+').replaceAll('_', '/'), 'base64')
    : undefined

/** Unpadded base64 of so many zero bytes. */
export const zeros = (bytes: number): string =>
  Buffer.alloc(bytes).toString('base64').replace(/=+$/, '')

/** True for lengths that salts and digests have. */
export const isBetween = (
  bytes: Buffer | undefined,
  least: number,
  most: number,
): bytes is Buffer => bytes !== undefined && bytes.length >= least && bytes.length <= most

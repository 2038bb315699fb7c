/** A file in an archive. */
export type ArchiveEntry = {
  /** Path with forward slashes, relative. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Its content; what is not read is skipped. */
  readonly content: AsyncIterable<Uint8Array>
}

/** An archive that is cut off, changed, or no archive at all. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'
}

const block = 512
const mostOctal = 0o77777777777
/** Of the names that stand in front of an entry. */
const longestExtension = 65_536

const writeText = (into: Buffer, at: number, text: string): void => {
  into.write(text, at, 'utf8')
}

const octal = (value: number, digits: number): string =>
  `${value.toString(8).padStart(digits, '0')}\0`

/** More than 8 GiB do not fit in octal digits: then it is the number itself, its first bit set. */
const writeSize = (into: Buffer, size: number): void => {
  if (size <= mostOctal) {
    writeText(into, 124, octal(size, 11))
    return
  }
  into[124] = 0x80
  into.writeBigUInt64BE(BigInt(size), 128)
}

const readSize = (header: Buffer): number =>
  header[124] === 0x80
    ? Number(header.readBigUInt64BE(128))
    : Number.parseInt(header.toString('latin1', 124, 136), 8)

const sumOf = (header: Buffer): number => {
  let sum = 8 * 0x20
  for (const [at, byte] of header.entries()) if (at < 148 || at >= 156) sum += byte
  return sum
}

const headerOf = (name: string, size: number, type: '0' | 'x'): Buffer => {
  const header = Buffer.alloc(block)
  writeText(header, 0, name)
  writeText(header, 100, octal(0o600, 7))
  writeText(header, 108, octal(0, 7))
  writeText(header, 116, octal(0, 7))
  writeSize(header, size)
  writeText(header, 136, octal(0, 11))
  writeText(header, 156, type)
  writeText(header, 257, 'ustar\x0000')
  writeText(header, 148, `${sumOf(header).toString(8).padStart(6, '0')}\0 `)
  return header
}

const padding = (size: number): Buffer => Buffer.alloc((block - (size % block)) % block)

/** `<length> path=<name>\n`, where the length counts its own digits too. */
const pathRecord = (name: string): Buffer => {
  const rest = ` path=${name}\n`
  const bytes = Buffer.byteLength(rest)
  let length = bytes + String(bytes).length
  if (bytes + String(length).length > length) length += 1
  return Buffer.from(`${length}${rest}`)
}

/** What stands before the content of an entry. */
export const entryHead = (name: string, size: number): Buffer => {
  if (Buffer.byteLength(name) <= 100) return headerOf(name, size, '0')
  const record = pathRecord(name)
  return Buffer.concat([
    headerOf('longer-name', record.length, 'x'),
    record,
    padding(record.length),
    headerOf('longer-name', size, '0'),
  ])
}

/** What stands after the content of an entry. */
export const entryTail = padding

/** What stands after the last entry. */
export const archiveTail: Uint8Array = Buffer.alloc(2 * block)

type Bytes = {
  /** That many bytes. @throws ArchiveError when there are fewer */
  take(size: number): Promise<Buffer>
  /** At most that many of the bytes that come next. @throws ArchiveError at the end */
  some(most: number): Promise<Uint8Array>
}

const openBytes = (source: AsyncIterable<Uint8Array>): Bytes => {
  const chunks = source[Symbol.asyncIterator]()
  let rest: Uint8Array = Buffer.alloc(0)

  const some: Bytes['some'] = async most => {
    while (rest.length === 0) {
      const { done, value } = await chunks.next()
      if (done) throw new ArchiveError('the backup is cut off')
      rest = value
    }
    const part = rest.subarray(0, most)
    rest = rest.subarray(part.length)
    return part
  }

  return {
    some,
    take: async size => {
      const parts: Uint8Array[] = []
      for (let left = size; left > 0; left -= parts.at(-1)?.length ?? 0)
        parts.push(await some(left))
      return Buffer.concat(parts)
    },
  }
}

const readHeader = (header: Buffer): { name: string; size: number; type: string } | undefined => {
  if (header.every(byte => byte === 0)) return undefined
  const sum = Number.parseInt(header.toString('latin1', 148, 156), 8)
  const isOurs = header.toString('latin1', 257, 262) === 'ustar' && sum === sumOf(header)
  const size = readSize(header)
  if (!isOurs || !Number.isSafeInteger(size) || size < 0) {
    throw new ArchiveError('this is no backup of Regent, or it was changed')
  }
  const end = header.indexOf(0)
  const name = header.toString('utf8', 0, end === -1 || end > 100 ? 100 : end)
  return { name, size, type: header.toString('latin1', 156, 157) }
}

/** No archive of anybody writes outside the folder that it is unpacked in. */
const checkName = (name: string): string => {
  const steps = name.split('/')
  if (
    name.includes('\\') ||
    name.includes('\0') ||
    steps.some(step => ['', '.', '..'].includes(step))
  )
    throw new ArchiveError(`the backup holds a file of an impossible name: ${JSON.stringify(name)}`)
  return name
}

/**
 * The entries of an archive, in their order, each while the one before is done with.
 *
 * @throws ArchiveError
 */
export async function* readArchive(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<ArchiveEntry> {
  const bytes = openBytes(source)
  let longName: string | undefined
  for (;;) {
    const header = readHeader(await bytes.take(block))
    if (header === undefined) return
    const { size } = header
    if (header.type === 'x') {
      if (size > longestExtension) throw new ArchiveError('the backup holds too long a name')
      const record = (await bytes.take(size)).toString('utf8')
      await bytes.take(padding(size).length)
      longName = /^\d+ path=(.*)\n$/s.exec(record)?.[1]
      continue
    }
    if (header.type !== '0') throw new ArchiveError('the backup holds something that is no file')
    let left = size
    const content = async function* (): AsyncGenerator<Uint8Array> {
      while (left > 0) {
        const part = await bytes.some(left)
        left -= part.length
        yield part
      }
    }
    yield { name: checkName(longName ?? header.name), size, content: content() }
    longName = undefined
    while (left > 0) left -= (await bytes.some(left)).length
    await bytes.take(padding(size).length)
  }
}

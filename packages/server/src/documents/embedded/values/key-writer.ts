const encoder = new TextEncoder()

/** Collects the bytes of one key; used again for the next. */
export class KeyWriter {
  #buffer = new Uint8Array(1024)
  #view = new DataView(this.#buffer.buffer)
  length = 0

  start(): void {
    this.length = 0
  }

  finish(): Uint8Array {
    return this.#buffer.slice(0, this.length)
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#buffer.length) return
    const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.length + count))
    grown.set(this.#buffer)
    this.#buffer = grown
    this.#view = new DataView(grown.buffer)
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#buffer[this.length] = value
    this.length += 1
  }

  uint32(value: number): void {
    this.#reserve(4)
    this.#view.setUint32(this.length, value)
    this.length += 4
  }

  uint64(value: bigint): void {
    this.#reserve(8)
    this.#view.setBigUint64(this.length, value)
    this.length += 8
  }

  double(value: number): void {
    this.#reserve(8)
    this.#view.setFloat64(this.length, value)
    this.length += 8
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length)
    this.#buffer.set(value, this.length)
    this.length += value.length
  }

  /** UTF-8, ended by a zero byte, so that a shorter text comes first. */
  text(value: string): void {
    this.textWithoutEnd(value)
    this.byte(0)
  }

  /** The bytes 0 and 1 become 1 1 and 1 2, which keeps their order and keeps 0 for the end. */
  textWithoutEnd(value: string): void {
    this.#reserve(value.length * 3)
    const start = this.length
    if (value.length < 64 && this.#plainText(value)) return
    const { written } = encoder.encodeInto(value, this.#buffer.subarray(start))
    this.length += written
    for (let at = start; at < this.length; at += 1) {
      if ((this.#buffer[at] as number) > 1) continue
      this.#escapeFrom(at)
      return
    }
  }

  /** Short ASCII, which most keys are, faster than the encoder; false when there is more to it. */
  #plainText(value: string): boolean {
    const start = this.length
    for (let at = 0; at < value.length; at += 1) {
      const code = value.charCodeAt(at)
      if (code <= 1 || code > 0x7f) return false
      this.#buffer[start + at] = code
    }
    this.length = start + value.length
    return true
  }

  #escapeFrom(start: number): void {
    const rest = this.#buffer.slice(start, this.length)
    this.length = start
    this.#reserve(rest.length * 2)
    for (const byte of rest) {
      if (byte > 1) this.byte(byte)
      else {
        this.byte(1)
        this.byte(byte + 1)
      }
    }
  }

  invertFrom(start: number): void {
    for (let at = start; at < this.length; at += 1) this.#buffer[at] = ~(this.#buffer[at] as number)
  }
}

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** First bytes of a sealed file. */
const mark = Buffer.from('RGS1')
const ivBytes = 12
const tagBytes = 16

/** Turns text into what is written to a file, and back. `name` is bound to it: a file moved to another name is refused. */
export type Sealing = {
  readonly seal: (text: string, name: string) => Buffer
  /** `undefined` for another key, another name, and for anything cut or changed. */
  readonly open: (bytes: Buffer, name: string) => string | undefined
}

export const isSealed = (bytes: Buffer): boolean => bytes.subarray(0, mark.length).equals(mark)

/** No encryption. */
export const plain: Sealing = {
  seal: text => Buffer.from(text),
  open: bytes => (isSealed(bytes) ? undefined : bytes.toString('utf8')),
}

/**
 * AES-256-GCM under a key derived from the app's 64 bytes.
 *
 * @param scope what the files belong to; part of what is authenticated
 */
export const createSealing = (key: Uint8Array, scope: string): Sealing => {
  const derived = Buffer.from(hkdfSync('sha256', key, '', 'regent sdk users', 32))
  const boundTo = (name: string): Buffer => Buffer.from(JSON.stringify([scope, name]))
  return {
    seal: (text, name) => {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', derived, iv).setAAD(boundTo(name))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([mark, iv, cipher.getAuthTag(), sealed])
    },
    open: (bytes, name) => {
      const start = mark.length + ivBytes + tagBytes
      if (!isSealed(bytes) || bytes.length < start) return undefined
      const iv = bytes.subarray(mark.length, mark.length + ivBytes)
      const tag = bytes.subarray(mark.length + ivBytes, start)
      const decipher = createDecipheriv('aes-256-gcm', derived, iv, { authTagLength: tagBytes })
      decipher.setAAD(boundTo(name)).setAuthTag(tag)
      try {
        return decipher.update(bytes.subarray(start), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        return undefined
      }
    },
  }
}

import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'

const readBytes = async (stream: Readable, mostBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream) {
    length += (chunk as Buffer).length
    if (length > mostBytes) throw new AppError('bodyTooLarge', { limit: String(mostBytes) })
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

const readForm = async (bytes: Buffer, type: string): Promise<FormData> => {
  try {
    return await new Response(new Uint8Array(bytes), {
      headers: { 'content-type': type },
    }).formData()
  } catch (error) {
    throw new AppError('requestUnreadable', { detail: 'the body is malformed' }, { cause: error })
  }
}

/**
 * The text of the one file that came: the part `file` of a form, or the body itself.
 *
 * @throws `bodyTooLarge`, `requestUnreadable`, `fieldMissing` for a form without that part
 */
export const readUpload = async (
  { body, headers }: FastifyRequest,
  mostBytes: number,
): Promise<string> => {
  const bytes = await readBytes(body as Readable, mostBytes)
  const type = headers['content-type'] ?? ''
  if (!type.toLowerCase().startsWith('multipart/form-data')) return bytes.toString('utf8')
  const file = (await readForm(bytes, type)).get('file')
  if (file === null) throw new AppError('fieldMissing', { field: 'file' })
  return typeof file === 'string' ? file : file.text()
}

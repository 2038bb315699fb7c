import type { AppFiles } from '../../../apps/definition/definition.ts'

/** Files as a ZIP archive, all with the date of the deployment: the same files make the same bytes. */
export const toZip = async (files: AppFiles, modifiedAt: number): Promise<Uint8Array> => {
  const { zip } = await import('fflate')
  return new Promise((resolve, reject) => {
    zip(Object.fromEntries(files), { mtime: modifiedAt }, (error, archive) =>
      error ? reject(error) : resolve(archive),
    )
  })
}

/** What the original called an export: the app's name, and when it was made. */
export const zipName = (name: string, now: number): string => {
  const digits = new Date(now).toISOString().replace(/\D/g, '').slice(0, 14)
  return `${name}_${digits}.zip`
}

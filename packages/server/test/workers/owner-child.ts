import type { ToOwner } from '../../src/documents/embedded/processes/messages.ts'
import { type FileOwner, openFileOwner } from '../../src/documents/embedded/processes/owner.ts'

/** Owns the files that its parent works on, until the parent goes. */
const owner: FileOwner = openFileOwner()
owner.accept({
  send: message => process.send?.(message),
  onMessage: handle => process.on('message', (message: ToOwner) => handle(message)),
  onClose: handle => process.once('disconnect', handle),
})
process.once('disconnect', () => void owner.close())

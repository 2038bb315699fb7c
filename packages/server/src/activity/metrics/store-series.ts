import type { Documents } from '../../documents/documents.ts'
import type { Counters } from '../../documents/embedded/engine/messages.ts'
import type { EmbeddedDocuments } from '../../documents/embedded/index.ts'
import type { Passwords } from '../../security/passwords.ts'
import { gauge, type Series } from './series.ts'

const total = (name: string, help: string, value: number): Series => ({
  name,
  help,
  type: 'counter',
  aggregator: 'sum',
  values: [{ value, labels: {} }],
})

/** What was written to embedded files. */
export const commitSeries = ({ commits, writes, checkpoints }: Counters): Series[] => [
  total('regent_store_commits_total', 'Commits of embedded files, each with one flush.', commits),
  total('regent_store_writes_total', 'Writes that were in these commits.', writes),
  total('regent_store_checkpoints_total', 'Checkpoints of embedded files.', checkpoints),
]

const isEmbedded = (documents: Documents): documents is EmbeddedDocuments => 'stats' in documents

/** A file that another process writes is counted there. */
export const storeSeries = (
  documents: Documents,
  passwords: Pick<Passwords, 'load'>,
  isOwner = true,
): (() => readonly Series[]) => {
  return () => {
    const { running, waiting } = passwords.load()
    return [
      ...(isOwner && isEmbedded(documents) ? commitSeries(documents.stats()) : []),
      gauge({ name: 'regent_hashes_running', help: 'Password hashes under way.' }, running),
      gauge({ name: 'regent_hashes_queued', help: 'Password hashes that wait.' }, waiting),
    ]
  }
}

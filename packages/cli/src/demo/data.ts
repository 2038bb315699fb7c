import type { Changes } from '@regent/sdk'
import { type Note, notesAs, profilesAs } from './notebook.ts'
import { codeOf, refusalOf } from './people.ts'
import { type Person, userOf } from './stage.ts'
import type { Step } from './step.ts'

const profileOf = (person: Person) => profilesAs(userOf(person))
const notesOf = (person: Person) => notesAs(userOf(person))

const missing: readonly (string | undefined)[] = ['ServiceNotFound', 'NoMatchingRuleFound']

/** Plays a step, unless the app has no such documents. */
const withData =
  (play: Step['play']): Step['play'] =>
  async stage => {
    if (stage.hasData === false) return 'skipped: the app has no such data source'
    try {
      return await play(stage)
    } catch (error) {
      if (stage.hasData || !missing.includes(codeOf(error))) throw error
      stage.hasData = false
      return "skipped: the app has no data source 'mongodb-atlas' with rules for quickstart.people"
    }
  }

const patienceMs = 10_000

/** Text of the next note that a watch tells of. */
const nextNote = async (changes: Changes<Note>): Promise<string> => {
  const late = setTimeout(() => void changes.return(), patienceMs)
  const { value } = await changes.next()
  clearTimeout(late)
  if (value?.operationType === 'insert') return value.fullDocument.text
  throw new Error(`a watch told nothing for ${patienceMs / 1000} seconds`)
}

const write = (ada: Person, text: string, visibility: Note['visibility']) =>
  notesOf(ada).insertOne({ owner: userOf(ada).id, text, visibility })

/** Documents of two people in one data source, and what each is shown of them. */
export const data: readonly Step[] = [
  {
    title: 'document',
    play: withData(async stage => {
      const { ada } = stage
      await profileOf(ada).insertOne({ owner: userOf(ada).id, favouriteColour: 'violet' })
      stage.hasData = true
      const found = await profileOf(ada).find()
      return `Ada writes that she likes ${found[0]?.favouriteColour}; her token does not know it yet`
    }),
  },
  {
    title: 'custom data',
    play: withData(async ({ ada }) => {
      const user = userOf(ada)
      const { favouriteColour } = await user.refreshCustomData()
      if (favouriteColour === undefined) return 'skipped: it is not what the app reads into tokens'
      return `a refresh later user.customData says ${favouriteColour}`
    }),
  },
  {
    title: 'watch',
    play: withData(async ({ ada, bob }) => {
      const changes = notesOf(bob).watch()
      try {
        await changes.open()
        await write(ada, 'a secret', 'private')
        await write(ada, 'hello, everybody', 'public')
        const told = await nextNote(changes)
        if (told !== 'hello, everybody') throw new Error(`Bob was told of "${told}"`)
        return `Ada writes two notes: Bob is told of the public one, "${told}", and of no other`
      } finally {
        await changes.return()
      }
    }),
  },
  {
    title: 'rules',
    play: withData(async ({ ada, bob }) => {
      const hers = { owner: userOf(ada).id }
      const [all, seen] = [await notesOf(ada).count(hers), await notesOf(bob).count(hers)]
      const scribble = notesOf(bob).updateOne(hers, { $set: { text: 'Bob was here' } })
      return `Ada counts ${all} of her notes, Bob ${seen}; a change of his is refused: ${await refusalOf(scribble)}`
    }),
  },
  {
    title: 'tidy up',
    play: withData(async ({ ada }) => {
      const notes = await notesOf(ada).deleteMany()
      await profileOf(ada).deleteMany()
      return `${notes.deletedCount} notes and a profile are deleted`
    }),
  },
]

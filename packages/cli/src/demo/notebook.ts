import type { MongoDBCollection, User } from '@regent/sdk'

export type Profile = { _id: unknown; owner: string; favouriteColour: string }
export type Note = {
  _id: unknown
  owner: string
  text: string
  visibility: 'private' | 'public'
}

const collectionAs = <T extends object>(user: User, name: string): MongoDBCollection<T> =>
  user.mongoClient('mongodb-atlas').db('quickstart').collection<T>(name)

/** What the app reads into tokens as custom user data. */
export const profilesAs = (user: User): MongoDBCollection<Profile> => collectionAs(user, 'people')
export const notesAs = (user: User): MongoDBCollection<Note> => collectionAs(user, 'notes')

/** Deletes what the user wrote, as far as there is anything and it can be reached. */
export const clearNotebook = async (user: User): Promise<void> => {
  const mine = { owner: user.id }
  await Promise.allSettled([notesAs(user).deleteMany(mine), profilesAs(user).deleteMany(mine)])
}

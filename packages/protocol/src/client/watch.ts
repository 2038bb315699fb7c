/**
 * Type of a server-sent event that tells where a stream of changes is while there is no change to tell: when it was
 * opened, and after changes that its reader does not see. Its data is `{"_id":<resume token>}`, as a change has it.
 * Clients of the original ignore types of events that they do not know.
 *
 * @see realm-web `WatchStream.feedSse`; realm-core `mongo_collection.cpp` (`WatchStream::feed_sse`)
 */
export const positionEvent = 'position'

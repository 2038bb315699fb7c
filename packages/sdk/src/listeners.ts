export type Listener = () => void

/** Callbacks of one object, called in the order they were added. */
export class Listeners {
  readonly #callbacks = new Set<Listener>()

  /** @throws Error when the callback is there already, as the Realm SDK does. */
  add(callback: Listener): void {
    if (this.#callbacks.has(callback)) throw new Error('Remove callback before adding it again')
    this.#callbacks.add(callback)
  }

  remove(callback: Listener): void {
    this.#callbacks.delete(callback)
  }

  removeAll(): void {
    this.#callbacks.clear()
  }

  /** Calls each; what one throws surfaces as an uncaught exception and stops neither the others nor us. */
  fire(): void {
    for (const callback of [...this.#callbacks]) {
      try {
        callback()
      } catch (error) {
        process.nextTick(() => {
          throw error
        })
      }
    }
  }
}

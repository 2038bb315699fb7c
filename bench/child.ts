import { type ChildProcess, fork } from 'node:child_process'

/** A program of this folder in a process of its own, and the first thing it says. */
export type Child<Hello> = {
  readonly hello: Hello
  readonly pid: number
  /** Sends a question and resolves with the next thing the child says. */
  ask<Answer>(question: unknown): Promise<Answer>
  stop(): Promise<void>
}

const nextMessage = <Message>(child: ChildProcess): Promise<Message> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`child ended with ${code}`))
    child.once('exit', ended)
    child.once('message', message => {
      child.off('exit', ended)
      resolve(message as Message)
    })
  })

export const startChild = async <Hello>(
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Child<Hello>> => {
  const child = fork(new URL(file, import.meta.url), [...args], {
    execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'],
    env: { ...process.env, ...env },
  })
  const hello = await nextMessage<Hello>(child)
  return {
    hello,
    pid: child.pid ?? 0,
    ask: <Answer>(question: unknown) => {
      const answer = nextMessage<Answer>(child)
      child.send(question as object)
      return answer
    },
    stop: () =>
      new Promise(resolve => {
        if (child.exitCode !== null) return resolve()
        child.once('exit', () => resolve())
        child.disconnect()
      }),
  }
}

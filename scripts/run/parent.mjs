import { isMainThread } from 'node:worker_threads'

// npm passes a signal on to the shell in between, and that dies without passing it on: then nobody would end this
// process. So, under npm, it ends itself when its parent is gone.
if (isMainThread && process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 250)
  timer.unref()
}

import type { App, AuthProvider } from '../../domain/app.ts'

/** A provider as one app has it. */
export type AppProvider = { readonly app: App; readonly entry: AuthProvider }

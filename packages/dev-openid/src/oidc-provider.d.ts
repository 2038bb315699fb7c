/** The part of oidc-provider that is used here; the package brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export class Provider {
    constructor(issuer: string, configuration: object)
    readonly Grant: new (of: {
      clientId: string
      accountId: string
    }) => Grant
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: object,
    ): Promise<void>
    on(event: 'server_error', listener: (context: unknown, error: Error) => void): this
  }

  export type Grant = {
    addOIDCScope(scope: string): void
    save(): Promise<string>
  }

  export type Interaction = {
    readonly params: Readonly<Record<string, unknown>>
  }

  export type Context = {
    readonly oidc: {
      readonly provider: Provider
      readonly client: { readonly clientId: string; grantTypeAllowed(type: string): boolean }
      readonly session: { readonly accountId: string }
      readonly result?: { readonly login?: unknown }
    }
  }

  export const interactionPolicy: {
    readonly base: () => { get(name: string): { readonly checks: { add(check: object): void } } }
    readonly Check: new (
      reason: string,
      description: string,
      check: (context: Context) => boolean,
    ) => object
  }
}

export { errors, type Refusal } from './errors.ts'
export { type ProviderType, providerTypes } from './providers.ts'

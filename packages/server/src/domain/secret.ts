/** Room for a private key in PEM. */
export const mostSecretCharacters = 16_384

/** Names of secrets; what an import made (`__service_field`) begins with `_`. */
export const isSecretName = (name: string): boolean => /^[A-Za-z0-9_-]{1,64}$/.test(name)

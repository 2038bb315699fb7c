/** The version of this package. */
export const sdkVersion = '0.1.0'

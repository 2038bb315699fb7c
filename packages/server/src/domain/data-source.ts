/** Where the documents of a data source are. */
export type DataSourceLink =
  /** In the server's own store: the embedded engine, or the server's MongoDB, in databases that only this app reaches. */
  | { readonly kind: 'own' }
  /** At a MongoDB address. */
  | { readonly kind: 'address'; readonly address: string }
  /** At the MongoDB address that a secret of the app holds. */
  | { readonly kind: 'secret'; readonly name: string }

/** A rule expression: `true`, `false` or an object (`data/expressions/`). `undefined` where the role says nothing. */
export type RuleExpression = unknown

/** What may be done with one field, and with those inside it. */
export type FieldPermission = {
  readonly read?: RuleExpression
  readonly write?: RuleExpression
  /** Fields of the embedded document. */
  readonly fields?: Readonly<Record<string, FieldPermission>>
}

/** What somebody whom `applyWhen` describes may do with a document. */
export type Role = {
  readonly name: string
  readonly applyWhen: RuleExpression
  readonly documentFilters?: { readonly read?: RuleExpression; readonly write?: RuleExpression }
  readonly read?: RuleExpression
  readonly write?: RuleExpression
  readonly insert?: RuleExpression
  readonly delete?: RuleExpression
  readonly search?: RuleExpression
  readonly fields?: Readonly<Record<string, FieldPermission>>
  /** Fields that `fields` does not name. */
  readonly additionalFields?: { readonly read?: RuleExpression; readonly write?: RuleExpression }
}

/** Narrows what an operation looks at, before roles are asked. */
export type RuleFilter = {
  readonly name: string
  readonly applyWhen: RuleExpression
  /** Joined to the operation's query; extended JSON with `%%` expansions. Default `{}`. */
  readonly query: Readonly<Record<string, unknown>>
  /** Joined to its projection. Default `{}`. */
  readonly projection: Readonly<Record<string, unknown>>
}

export type RuleSet = {
  /** In the order in which they are asked. */
  readonly roles: readonly Role[]
  readonly filters: readonly RuleFilter[]
}

/** The rules of one collection. A collection that has some never falls back to the default rule. */
export type CollectionRules = RuleSet & {
  readonly database: string
  readonly collection: string
  /** JSON schema with BSON types that documents must meet when users write them. */
  readonly schema?: Readonly<Record<string, unknown>>
}

/** A MongoDB that an app's users and functions reach by a name. */
export type DataSource = {
  readonly name: string
  readonly link: DataSourceLink
  /** Which members of a cluster answer reads. Default `primary`. */
  readonly readPreference?:
    | 'primary'
    | 'primaryPreferred'
    | 'secondary'
    | 'secondaryPreferred'
    | 'nearest'
  readonly rules: readonly CollectionRules[]
  readonly defaultRule?: RuleSet
}

/** Where the custom data of users is (`auth/custom_user_data.json`, enabled). */
export type CustomUserData = {
  /** Name of the data source. */
  readonly source: string
  readonly database: string
  readonly collection: string
  /** Field that holds the user's id, as a string or an ObjectId. */
  readonly userIdField: string
}

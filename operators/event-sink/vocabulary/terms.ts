/** What the suite says of every resource beside the fields of its kind, and how resources belong together. */
export const edges = {
  dependsOn: 'Can’t be ready without the other.',
  provides: 'Serves what the other asks for; or, of a definition, what its apps give others.',
  binds: 'Is joined to the other, which was made for it.',
  owns: 'Made the other, which goes when it goes.',
  runsOn: 'The machine on which it runs.',
  memberOf: 'The group that a person, or the cluster that a machine, is part of.',
} as const;

/** How one resource can belong to another. */
export type EdgeName = keyof typeof edges;

/** What is said of every resource, whatever its kind. */
export const metadataTerms = {
  name: { comment: 'What it is called in its namespace.', datatype: 'string' },
  namespace: { comment: 'Where it is; a resource of the whole cluster has none.', datatype: 'string' },
  uid: { comment: 'Tells it from others of its name, before it and after it.', datatype: 'string' },
  generation: { comment: 'Counts the changes of what is wanted of it.', datatype: 'integer' },
  created: { comment: 'When it was made.', datatype: 'dateTime' },
  deletionRequested: {
    comment: 'When it was asked to go; it stays until its finalizers are gone.',
    datatype: 'dateTime',
  },
  finalizer: { comment: 'What has to be done before it can go.', datatype: 'string' },
  label: { comment: 'A label, as selectors write it: `key=value`.', datatype: 'string' },
  spec: { comment: 'What is wanted.', datatype: undefined },
  status: { comment: 'What is.', datatype: undefined },
  conditions: { comment: 'What is so of it at present: Ready, Stalled.', datatype: undefined },
} as const;

/** What is said of an entry of a map, whose keys are free. */
export const entryTerms = {
  key: { comment: 'Under what name it stands in its map.', datatype: 'string' },
  value: { comment: 'What stands there.', datatype: undefined },
} as const;

/** What is said of a change, beside what PROV-O has words for. */
export const activityTerms = {
  change: {
    comment: 'added, modified, deleted; or gap: changes of this kind may be missing.',
    datatype: 'string',
  },
  seq: { comment: 'The number of the event in the log.', datatype: 'integer' },
  resourceVersion: { comment: 'The API server’s word for the state that came of it.', datatype: 'string' },
  inferred: { comment: 'Found by comparing after a gap, not seen as it happened.', datatype: 'boolean' },
  actor: { comment: 'Who made the change.', datatype: 'string' },
  confidence: {
    comment: 'What says who it was, the surest first: audit, admission, field-manager, none.',
    datatype: 'string',
  },
  operation: { comment: 'What they did, where that is known.', datatype: 'string' },
  ofKind: { comment: 'The kind whose changes may be missing.', datatype: undefined },
} as const;

/** Classes that are no kinds. */
export const classes = {
  Resource: 'A resource of the cluster.',
  Condition: 'One thing that is so, not so, or not known, of a resource.',
  Change: 'One change of one resource, as the log has it.',
} as const;

/** A term that the suite itself gives a meaning. */
export type TermName =
  | EdgeName
  | keyof typeof metadataTerms
  | keyof typeof entryTerms
  | keyof typeof activityTerms
  | keyof typeof classes;

/** The one namespace in which machines and their configurations are: who may write there owns the machines. */
export const machinesNamespace = 'hearth-machines';

export const labels = {
  managedBy: 'app.kubernetes.io/managed-by',
  /** On a Machine: a digest of its key, by which it is found. What proves the key is `status.publicKey`. */
  key: 'nio.hearth.dev/key',
} as const;

/** The annotation of a join token that names, by its uid, the one Machine for which it is kept. */
export const claimedBy = 'nio.hearth.dev/claimed-by';

/** The value of the `managed-by` label of everything that NIO makes. */
export const manager = 'hearth-nio';

/** Selects what NIO made, among what others make. */
export const managedSelector = `${labels.managedBy}=${manager}`;

/** The ServiceAccount, Role, RoleBinding and Lease of a machine. */
export const accountName = (machine: string): string => `machine-${machine}`;

/** The Secret with what a machine is given: its files, and the credentials for its flake. */
export const filesSecretName = (machine: string): string => `${accountName(machine)}-files`;

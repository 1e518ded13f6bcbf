/** What to present to a private repository over HTTPS. A secret. */
export interface RepositoryCredentials {
  readonly username: string;
  readonly password: string;
}

/** A branch or tag of a flake’s repository. */
interface FlakeAddress {
  /** As `spec.flake.url` has it. */
  readonly url: string;
  /** Undefined: what the repository itself has chosen. */
  readonly ref?: string | undefined;
}

/** Finds out which commit a branch or a tag of a flake’s repository is at. */
export interface FlakeSource {
  /**
   * The commit, 40 hexadecimal digits.
   * @throws Waiting where the repository can’t be asked now; Stalled where it says that it hasn’t this, or not for us.
   * Both say it in a sentence that holds neither the credentials nor anything that the repository has answered.
   */
  resolve(
    address: FlakeAddress,
    credentials: RepositoryCredentials | undefined,
    signal: AbortSignal,
  ): Promise<string>;
}

/** What a request is authorised with. Client certificates are presented when the connection is made. */
export interface Credentials {
  /** The `authorization` header, if any. */
  readonly authorization?: string | undefined;
}

/** How to reach an API server, and as whom. */
export interface ClusterConfig {
  /** The origin and, behind a proxy, the path under which the API is served. */
  readonly server: string;
  /** PEM. The system's authorities are used if it is not given. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The name that the server's certificate is checked against, where it is not that of the URL. */
  readonly serverName?: string | undefined;
  readonly insecure?: boolean | undefined;
  /** The namespace that is meant where none is said. */
  readonly namespace: string;
  /** This process runs in the cluster: Services are dialled by their names. */
  readonly inCluster: boolean;
  /** Where the configuration was read from, for what reads it again by itself (port-forwards). */
  readonly kubeconfig?: { readonly path: string; readonly context: string } | undefined;
  /**
   * The credentials of now: tokens are read again as they are rotated. `refused` says that the server has
   * just answered 401 to what was returned last.
   */
  credentials(refused: boolean): Promise<Credentials>;
}

/** By which an app is told who is there: as oauth2-proxy names them, and as Authelia and Authentik do. */
export const identityHeaders: readonly string[] = ['User', 'Groups', 'Email', 'Name'].flatMap((name) => [
  `X-Forwarded-${name}`,
  `Remote-${name}`,
]);

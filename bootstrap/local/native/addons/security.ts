/** The security contexts that the Pod Security Standard "restricted" asks for. */
export const restricted = {
  pod: (user: number) => ({
    securityContext: { runAsNonRoot: true, runAsUser: user, seccompProfile: { type: 'RuntimeDefault' } },
  }),
  container: () => ({
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  }),
};

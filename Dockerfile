# One part of the suite, out of its TypeScript as it stands: Node strips the types, there is no build step.
#
# PART is the folder whose main.ts the image runs. On machines that can't pull, NODE_IMAGE and BASE name local images.
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
ARG BASE=gcr.io/distroless/cc-debian12

FROM ${NODE_IMAGE} AS build
ARG PART=operators
# Certificates that the building machine trusts beside the world's, where it has any.
ARG NODE_EXTRA_CA_CERTS
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY operators operators
# client-node is optional: only a kubeconfig outside of the cluster needs it, and it is larger than all the rest.
RUN npm ci --workspace=operators --omit=dev --omit=optional --ignore-scripts \
 && find node_modules \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' \) -delete \
 && test -f "${PART}/main.ts" && ln -s "${PART}/main.ts" main.ts

FROM ${BASE}
COPY --from=build /usr/local/bin/node /usr/local/bin/
COPY --from=build /app /app
WORKDIR /app
ENV NODE_ENV=production
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/node", "/app/main.ts"]

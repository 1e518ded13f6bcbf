# One part of the suite, out of its TypeScript as it stands: Node strips the types, there is no build step.
#
# PART is the folder whose main.ts the image runs; WORKSPACE, the packages whose libraries it needs; LOADS, the modules
# that it loads, soon or late. On machines that can’t pull, NODE_IMAGE and BASE name local images.
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
ARG BASE=gcr.io/distroless/cc-debian12

FROM ${NODE_IMAGE} AS build
ARG PART=operators
ARG WORKSPACE="operators/app operators/nio"
ARG LOADS="/app/operators/app/index.ts /app/operators/app/certificate/sign.ts /app/operators/nio/index.ts"
# Certificates that the building machine trusts beside the world's, where it has any.
ARG NODE_EXTRA_CA_CERTS
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY operators operators
# client-node is optional: only a kubeconfig outside of the cluster needs it, and it is larger than all the rest.
RUN npm ci $(printf -- '--workspace=%s ' ${WORKSPACE}) --omit=dev --omit=optional --ignore-scripts \
 && find node_modules \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' \) -delete \
 && test -f "${PART}/main.ts" && ln -s "${PART}/main.ts" main.ts \
 && install -d -o 65532 -g 65532 compile-cache
# What V8 and the type stripper make of the modules: without it, a start takes twice the processor time and leaves the
# process a quarter larger (measured). Node looks for it by its user's id, and where it can't write, it only reads.
USER 65532:65532
RUN NODE_COMPILE_CACHE=/app/compile-cache node --input-type=module \
    --eval 'for (const module of process.argv.slice(1)) await import(module)' ${LOADS} \
 && chmod -R a+rX,a-w compile-cache

FROM ${BASE}
COPY --from=build /usr/local/bin/node /usr/local/bin/
COPY --from=build /app /app
WORKDIR /app
ENV NODE_ENV=production NODE_COMPILE_CACHE=/app/compile-cache
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/node", "/app/main.ts"]

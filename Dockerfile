# purser as one read-only image: Node, the sources (Node runs TypeScript as it is), the run-time packages, and a
# compile cache filled here so that a start needs no compiling. Any engine builds it; of the network it needs the base
# image and the npm registry. (OCI images carry no HEALTHCHECK: build with `buildah build --format docker` to keep it.)
ARG NODE_IMAGE=node:26-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY src ./src
COPY config.example.yaml LICENSE ./

# Node keys the cache by its own version, the user id and the path, and writes it for its owner alone: so it is filled
# by the user and in the place that it is read from, with every module (importing one does nothing), then opened.
ENV NODE_COMPILE_CACHE=/app/.compile-cache
RUN mkdir .compile-cache && chown node:node .compile-cache
USER node
RUN node src/main.ts --version && node --input-type=module --eval \
  'for (const file of fs.globSync("src/**/*.ts")) if (file !== "src/main.ts") await import("/app/" + file);'
USER root
RUN chown -R root:root .compile-cache && chmod -R a+rX,go-w /app

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="purser" \
  org.opencontainers.image.description="Autonomous budget keeper for AI-agent fleets" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production \
  NODE_COMPILE_CACHE=/app/.compile-cache \
  PURSER_REVISION=${REVISION}
WORKDIR /app
COPY --from=build /app /app
# `docker exec CONTAINER purser status`; and the one place that is written to.
RUN printf '#!/bin/sh\nexec node /app/src/main.ts "$@"\n' >/usr/local/bin/purser \
  && chmod 755 /usr/local/bin/purser \
  && mkdir -p /data /etc/purser \
  && chown node:node /data
VOLUME /data
USER 1000:1000
EXPOSE 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "/app/src/main.ts", "healthcheck"]
ENTRYPOINT ["node", "/app/src/main.ts"]
CMD ["run", "--config", "/etc/purser/purser.yaml"]

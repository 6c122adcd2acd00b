FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
COPY web web
RUN node scripts/build.mjs

FROM node:24-slim
# The certificates for a server behind TLS, such as Temporal Cloud; git for reviews and lists of files.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates git && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production
COPY package.json package-lock.json ./
COPY scripts/with-features.mjs scripts/
RUN node scripts/with-features.mjs && npm install --omit=dev --no-audit --no-fund && npm cache clean --force
COPY --from=build /app/dist dist
RUN mkdir /data /store && chown node /data /store
ENV FANFOLD_HOME=/data
USER node
# Of a process that shows its health, on a port that FANFOLD_METRICS_PORT names; a command that ends has none.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "-e", "const port = (process.env.FANFOLD_METRICS_PORT ?? '').split(':').at(-1); if (port) fetch(`http://127.0.0.1:${port}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli.js"]
CMD ["worker"]

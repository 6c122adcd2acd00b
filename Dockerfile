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
ENTRYPOINT ["node", "dist/cli.js"]
CMD ["worker"]

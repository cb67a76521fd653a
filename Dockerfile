# One image for every process; the command picks which:
#   serve gateway | serve identity | serve dealer-ops | serve audit | serve sequencer | serve witness | migrate
# The base is pinned by name; pin it by digest where the registry you pull from is trusted less than the build.
FROM node:22.21.1-bookworm-slim AS base
WORKDIR /app
ENV TURBO_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1

# What npm needs to know, and nothing that changes with every commit.
FROM base AS manifests
COPY package.json package-lock.json .npmrc ./
COPY shared/package.json shared/
COPY gateway/package.json gateway/
COPY subgraphs/identity/package.json subgraphs/identity/
COPY subgraphs/dealer-ops/package.json subgraphs/dealer-ops/
COPY subgraphs/audit/package.json subgraphs/audit/
COPY cli/package.json cli/
COPY test/package.json test/

# Install scripts stay off: nothing here needs them.
FROM manifests AS build
RUN npm ci --ignore-scripts
COPY tsconfig.base.json turbo.json ./
COPY scripts scripts
COPY shared shared
COPY gateway gateway
COPY subgraphs subgraphs
COPY cli cli
RUN npx turbo run build --filter=@autora/cli

FROM manifests AS dependencies
RUN npm ci --omit=dev --ignore-scripts

FROM base AS run
ENV NODE_ENV=production
COPY --from=dependencies /app ./
COPY --from=build /app/shared shared
COPY --from=build /app/gateway gateway
COPY --from=build /app/subgraphs subgraphs
COPY --from=build /app/cli cli
COPY LICENSE NOTICE ./

# What the sequencer signed, what it published and what a witness saw: volumes are mounted here.
RUN install -d -o node -g node -m 700 /state /checkpoints

# The code belongs to root and is only read; the process runs as nobody in particular.
USER node
EXPOSE 4000 4001 4002 4003
ENTRYPOINT ["node", "cli/bin/autora.cjs"]
CMD ["serve", "gateway"]

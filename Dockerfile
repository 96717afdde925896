# Builds dist/ with everything that building needs.
FROM node:24-bookworm-slim AS build
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 make g++ \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY prisma.config.ts tsconfig.json tsconfig.build.json ./
COPY prisma ./prisma
COPY scripts ./scripts
COPY src ./src
RUN npm run build

# What running needs and no more. The Prisma CLI is an optional peer of its client, and stays away only with both omits: so
# the drivers of all databases and the queue of many accounts, which are optional too, are made dependencies first.
# better-sqlite3 is compiled where no built one can be had.
FROM build AS dependencies
WORKDIR /production
COPY package.json package-lock.json ./
RUN node -e "const all = require('./package.json'); Object.assign(all.dependencies, all.optionalDependencies); \
  delete all.optionalDependencies; fs.writeFileSync('package.json', JSON.stringify(all))" \
  && npm install --omit=dev --omit=optional

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json LICENSE README.md CHANGELOG.md ./
COPY --from=dependencies /production/node_modules ./node_modules
COPY prisma/sqlite/migrations ./prisma/sqlite/migrations
COPY prisma/postgresql/migrations ./prisma/postgresql/migrations
COPY prisma/mysql/migrations ./prisma/mysql/migrations
COPY --from=build /app/dist ./dist
# Where the config is mounted, and where a SQLite file may be written.
RUN mkdir /config && chown node:node /config
USER node
WORKDIR /config
ENTRYPOINT ["node", "/app/dist/main.js"]

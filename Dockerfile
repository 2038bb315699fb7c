# docker build -t regent .
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY . .
# The Node of the image serves in place of the one that a clone installs. No install script is run.
RUN npm ci --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/node-linux-* node_modules/node-bin-* node_modules/node-win-* \
  && npm run -s build \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/node-linux-* node_modules/node-bin-* node_modules/node-win-* node_modules/.cache \
  && mkdir /app \
  && cp -r LICENSE node_modules /app/ \
  && for name in protocol server sdk dev-openid cli; do \
       mkdir -p "/app/packages/$name" \
       && cp -r "packages/$name/package.json" "packages/$name/dist" "/app/packages/$name/"; \
     done \
  && rm -rf /app/node_modules/@regent \
  && mkdir /app/node_modules/@regent \
  && for name in protocol server sdk dev-openid cli; do \
       ln -s "../../packages/$name" "/app/node_modules/@regent/$name"; \
     done \
  && find /app -name '*.map' -delete

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    NODE_OPTIONS=--disable-warning=ExperimentalWarning \
    MALLOC_ARENA_MAX=2 \
    REGENT_HOST=0.0.0.0 \
    REGENT_DATA=/data \
    npm_config_cache=/tmp/npm
COPY --from=build /app /app
RUN ln -s /app/packages/cli/dist/bin.js /usr/local/bin/regent \
  && chmod 755 /app/packages/cli/dist/bin.js \
  && mkdir -m 700 /data \
  && chown node:node /data
# Everything but /data and /tmp may be read-only.
VOLUME /data
WORKDIR /data
USER node
EXPOSE 9090
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.REGENT_PORT || 9090}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["regent"]
CMD ["serve"]

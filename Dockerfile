# Kontor in one static file, on nothing: no shell, no package manager, no user but its own. Only /data is written to.
# .dockerignore keeps no tracked file out, so that the binary can say which commit it was built from.

FROM node:22-bookworm-slim AS web
WORKDIR /src/app/web
COPY app/web/package.json app/web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY app/web ./
RUN npm run build

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=web /src/app/web/dist app/web/dist
RUN make binary && mkdir -p /empty

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build --chown=65532:65532 /empty /data
COPY --from=build --chown=65532:65532 /empty /tmp
COPY --from=build /src/bin/kontor /kontor
USER 65532:65532
ENV KONTOR_LISTEN=:8080 KONTOR_DATA_DIR=/data KONTOR_LOG_FORMAT=json
EXPOSE 8080
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --start-interval=1s CMD ["/kontor", "health"]
ENTRYPOINT ["/kontor"]
CMD ["serve"]

#!/bin/sh
# Makes the database cluster on the first start, then becomes the server.
#
# The cluster is made beside PGDATA and renamed into place, superuser, password and all: a start that is cut off
# leaves either nothing or everything, and the next start goes on from there.
set -eu

if [ "${1#-}" != "$1" ]; then set -- postgres "$@"; fi
if [ "$1" != postgres ] || [ -s "$PGDATA/PG_VERSION" ]; then exec "$@"; fi

user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then POSTGRES_PASSWORD=$(cat "$POSTGRES_PASSWORD_FILE"); fi
if [ -z "${POSTGRES_PASSWORD:-}" ]; then
  echo 'POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE must give the password of the superuser.' >&2
  exit 1
fi

draft=$PGDATA.draft
rm -rf "$draft"
# By a pipe, because arguments and files can be read by others.
printf '%s\n' "$POSTGRES_PASSWORD" | initdb --pgdata "$draft" --username "$user" --pwfile /dev/stdin \
  --encoding UTF8 --locale C.UTF-8 --auth-local trust --auth-host scram-sha-256
echo 'host all all all scram-sha-256' >> "$draft/pg_hba.conf"
echo "listen_addresses = '*'" >> "$draft/postgresql.conf"
if [ "$database" != postgres ]; then
  quoted=$(printf '%s' "$database" | sed 's/"/""/g')
  printf 'CREATE DATABASE "%s"\n' "$quoted" | postgres --single -D "$draft" postgres > /dev/null
fi
sync "$draft/pg_hba.conf" "$draft/postgresql.conf"
mv -T "$draft" "$PGDATA"
sync "$(dirname "$PGDATA")"

unset POSTGRES_PASSWORD
exec "$@"

#!/bin/sh
# Makes the directory on the first start, then becomes the server.
#
# DIRECTORY_DOMAIN gives the base (hearth.home.arpa: dc=hearth,dc=home,dc=arpa), once and for all; apps and accounts are
# set up with it. DIRECTORY_ADMIN_PASSWORD is the password of cn=admin below the base.
set -eu
umask 077

config=${DIRECTORY_CONFIG:-/etc/hearth-directory}
data=${DIRECTORY_DATA:-/data}
run=${DIRECTORY_RUN:-/run/hearth-directory}
listen=${DIRECTORY_LISTEN:-ldap://:1389}

if [ -z "${DIRECTORY_ADMIN_PASSWORD:-}" ]; then
  echo 'DIRECTORY_ADMIN_PASSWORD must give the password of the administrator.' >&2
  exit 1
fi
domain=$(cat "$data/domain" 2> /dev/null || printf '%s' "${DIRECTORY_DOMAIN:-}")
case $domain in
  '' | *[!a-z0-9.-]*) echo 'DIRECTORY_DOMAIN must be a domain, in lower case.' >&2; exit 1 ;;
esac
base=dc=$(printf '%s' "$domain" | sed 's/[.]/,dc=/g')

mkdir -p "$run"
# By a file, because arguments can be read by others.
printf '%s' "$DIRECTORY_ADMIN_PASSWORD" > "$run/password"
unset DIRECTORY_ADMIN_PASSWORD
password=$(/usr/sbin/slappasswd -T "$run/password")
rm "$run/password"
configure() {
  sed -e "s|BASE|$base|g" -e "s|PASSWORD|$password|" -e "s|RUN|$run|" -e "s|DATA|$1|" "$config/slapd.conf" > "$run/slapd.conf"
  sed "s|BASE|$base|g" "$config/access.conf" > "$run/access.conf"
}

# The database is made beside its place and renamed into it: a start that is cut off leaves nothing or everything.
if [ ! -d "$data/database" ]; then
  draft=$data/database.draft
  rm -rf "$draft"
  mkdir -p "$draft"
  configure "$draft"
  /usr/sbin/slapadd -f "$run/slapd.conf" << LDIF
dn: $base
objectClass: dcObject
objectClass: organization
dc: ${domain%%.*}
o: $domain

dn: ou=people,$base
objectClass: organizationalUnit
ou: people

dn: ou=groups,$base
objectClass: organizationalUnit
ou: groups

dn: ou=clients,$base
objectClass: organizationalUnit
ou: clients
LDIF
  printf '%s' "$domain" > "$data/domain"
  sync "$data/domain" "$draft"/*
  mv -T "$draft" "$data/database"
  sync "$data"
fi
configure "$data/database"

# slapd sets room aside for as many connections as it may have files: where a container may have a billion, gigabytes.
ulimit -n 4096 || :
exec /usr/sbin/slapd -d none -f "$run/slapd.conf" -h "$listen"

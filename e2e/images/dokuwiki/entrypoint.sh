#!/bin/sh
# Lays out /storage on the first start, then serves: PHP's own server is enough for the pages of a test.
set -eu
mkdir -p /storage/conf /storage/data
for folder in pages media media_attic media_meta meta attic cache index locks log tmp; do
  mkdir -p "/storage/data/$folder"
done
for file in /etc/dokuwiki/*.conf /etc/dokuwiki/*.php /etc/dokuwiki/*.dist; do
  name=$(basename "$file")
  [ ! -f "$file" ] || [ -e "/storage/conf/$name" ] || cp "$file" "/storage/conf/$name"
done
exec php -d session.save_path=/tmp -S 0.0.0.0:8080 -t /usr/share/dokuwiki

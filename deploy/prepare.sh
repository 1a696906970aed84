#!/bin/sh
# Makes what compose.yaml needs beside itself: certificates in tls, secrets in secrets. What is there already stays.
set -eu
cd "$(dirname "$0")"
umask 077

[ -e tls/ca.crt ] || ./certificates.sh tls postgres redis

# The folder is yours alone. The files in it can be read by others, because the users inside the containers are others.
mkdir -p secrets
random() { openssl rand -hex 32; }
keep() { [ -e "secrets/$1" ] || cat > "secrets/$1"; chmod 644 "secrets/$1"; }

random | keep root.key
random | keep postgres-password
random | keep casey-password
random | keep redis-password
printf 'postgres://casey:%s@postgres/casey?sslrootcert=/tls/ca.crt' "$(cat secrets/casey-password)" | keep CASEY_DATABASE_URL
printf 'rediss://casey:%s@redis:6379/0?ca=/tls/ca.crt' "$(cat secrets/redis-password)" | keep CASEY_REDIS_URL

if [ ! -e secrets/CASEY_DISCORD_TOKEN ]; then
    echo "Now put the bot token into $(pwd)/secrets/CASEY_DISCORD_TOKEN, and run this again."
    exit 1
fi
chmod 644 secrets/CASEY_DISCORD_TOKEN
echo "Everything is there: docker compose up --build --detach"

#!/bin/sh
# Run once by the PostgreSQL image: Casey's own user, who owns Casey's database and nothing else.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$(cat /run/secrets/casey-password)" --username "${POSTGRES_USER:-postgres}" <<'SQL'
CREATE ROLE casey LOGIN PASSWORD :'password';
CREATE DATABASE casey OWNER casey;
SQL

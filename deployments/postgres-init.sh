#!/bin/sh
# Run by PostgreSQL's image when its volume is new: a database and a user of its own for each service.
set -eu
psql -v ON_ERROR_STOP=1 --username postgres \
    -v prefect="$PREFECT_DB_PASSWORD" -v mlflow="$MLFLOW_DB_PASSWORD" <<'SQL'
CREATE ROLE prefect LOGIN PASSWORD :'prefect';
CREATE DATABASE prefect OWNER prefect;
\connect prefect
CREATE EXTENSION IF NOT EXISTS pg_trgm;
\connect postgres
CREATE ROLE mlflow LOGIN PASSWORD :'mlflow';
CREATE DATABASE mlflow OWNER mlflow;
SQL

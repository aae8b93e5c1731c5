#!/usr/bin/env bash
# Sends a prompt, looks until it has ended, and prints the answer's document. A repeated run with the same id sends nothing new.
# usage: samples/chat.sh [id] [prompt]
set -euo pipefail
url=${SPARROW_URL:-http://localhost:7071}/api
key=${SPARROW_KEY:-none}
id=${1:-sample-chat}
prompt=${2:-Why is the sky blue?}

curl -fsS "$url/chat" -H "x-functions-key: $key" -H "Idempotency-Key: $id" -H 'Content-Type: application/json' -d "{\"prompt\": \"$prompt\"}"
echo

# Nothing is sent again while nothing has changed: the ETag goes along
etag=''
for _ in $(seq 60); do
  job=$(curl -fsS -D - "$url/jobs/$id" -H "x-functions-key: $key" -H "If-None-Match: $etag")
  etag=$(printf '%s' "$job" | tr -d '\r' | sed -n 's/^ETag: //Ip')
  if printf '%s' "$job" | grep -Eq '"state":"(succeeded|failed|cancelled|unknown)"'; then
    printf '%s\n' "$job" | tail -n 1
    exit 0
  fi
  sleep 1
done
echo "Job $id has not ended within a minute." >&2
exit 1

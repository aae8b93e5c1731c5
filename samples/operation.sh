#!/usr/bin/env bash
# Health, the description of all routes, a pause, dead letters, the summary of a batch.
set -euo pipefail
url=${SPARROW_URL:-http://localhost:7071}/api
key=${SPARROW_KEY:-none}

curl -fsS "$url/health"
echo
curl -fsS "$url/openapi.json" | grep -c '"operationId"'
curl -fsS -X PUT "$url/gate" -H "x-functions-key: $key" -H 'Content-Type: application/json' -d '{"paused": true, "reason": "New key on its way"}'
echo
curl -fsS -X PUT "$url/gate" -H "x-functions-key: $key" -H 'Content-Type: application/json' -d '{"paused": false}'
echo
letters=$(curl -fsS "$url/deadletters?top=10" -H "x-functions-key: $key")
echo "$letters"
letter=$(printf '%s' "$letters" | sed -n 's/^{"items":\[{"id":"\([^"]*\)".*/\1/p')
if [ -n "$letter" ]; then curl -fsS -X POST "$url/deadletters/$letter/retry" -H "x-functions-key: $key"; echo; fi
curl -fsS -X POST "$url/deadletters/retry?kind=transient" -H "x-functions-key: $key"
echo
echo "Batch nightly: $(curl -sS -o /dev/null -w '%{http_code}' "$url/batches/nightly" -H "x-functions-key: $key") (404: there is none)"

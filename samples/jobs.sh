#!/usr/bin/env bash
# Lists all jobs page by page, calls one off, and tries to send it again.
set -euo pipefail
url=${SPARROW_URL:-http://localhost:7071}/api
key=${SPARROW_KEY:-none}
id=sample-off-$$

curl -fsS "$url/chat" -H "x-functions-key: $key" -H 'Content-Type: application/json' \
  -d "{\"id\": \"$id\", \"prompt\": \"Not today.\", \"notBefore\": \"2099-01-01T00:00:00Z\"}"
echo

page=''
continuation=''
while :; do
  page=$(curl -fsS "$url/jobs?top=50&continuation=$continuation" -H "x-functions-key: $key")
  printf '%s' "$page" | grep -o '"id":"[^"]*","state":"[a-z]*"' || true
  continuation=$(printf '%s' "$page" | sed -n 's/.*"continuation":"\([^"]*\)"}$/\1/p')
  if [ -z "$continuation" ]; then break; fi
done

curl -fsS -X DELETE "$url/jobs/$id" -H "x-functions-key: $key"
echo
echo "Files: $(curl -sS -o /dev/null -w '%{http_code}' "$url/jobs/$id/files/chart.png" -H "x-functions-key: $key") (404: it has none)"
echo "Sent again: $(curl -sS -o /dev/null -w '%{http_code}' -X POST "$url/jobs/$id/retry" -H "x-functions-key: $key") (409: only failed and unknown jobs can be)"

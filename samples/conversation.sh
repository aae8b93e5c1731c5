#!/usr/bin/env bash
# Chats two turns, waiting for each answer, shows the conversation and forgets it.
set -euo pipefail
url=${SPARROW_URL:-http://localhost:7071}/api
key=${SPARROW_KEY:-none}
conversation=${1:-sample/weather}

say() {
  curl -fsS "$url/chat" -H "x-functions-key: $key" -H 'Prefer: wait=30' -H 'Content-Type: application/json' \
    -d "{\"prompt\": \"$1\", \"conversation\": \"$conversation\"}"
  echo
}

say 'What is the weather like in Lisbon in May?'
say 'And what should I wear?'
# In the query the key can be any text, slashes too
curl -fsS -G "$url/conversations" --data-urlencode "key=$conversation" -H "x-functions-key: $key"
echo

# An answer is there a moment before its conversation is free: until then forgetting is refused with 409
for _ in $(seq 20); do
  status=$(curl -sS -o /dev/null -w '%{http_code}' -X DELETE -G "$url/conversations" --data-urlencode "key=$conversation" -H "x-functions-key: $key")
  if [ "$status" = 204 ]; then
    echo 'Forgotten.'
    exit 0
  fi
  sleep 0.5
done
echo "The conversation could not be forgotten: $status" >&2
exit 1

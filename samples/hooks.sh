#!/usr/bin/env bash
# Sends one delivery of each scheme to a local host, signed as GitHub, Slack and senders of Standard Webhooks sign. Needs curl and openssl.
#
#   samples/hooks.sh settings    prints the settings of the hooks that it calls, to be put into the environment:
#                                eval "$(samples/hooks.sh settings)" && dotnet run --project src/LocalHost
#   samples/hooks.sh             sends to SPARROW_URL (http://localhost:7071 unless set); SPARROW_KEY=<function key> goes with it
set -euo pipefail

github_secret="It's a Secret to Everybody"
slack_secret=8f742231b10e8888abcd99yyyzzz85a5
standard_secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw

if [ "${1:-}" = settings ]; then
  cat <<EOF
export Hooks__issues__Scheme=github Hooks__issues__Secret="$github_secret"
export Hooks__issues__Prompt='Suggest an answer to this bug report. # {{issue.title!}} {{issue.body|It has no description.}}'
export Hooks__issues__Conversation='{{repository.full_name}}#{{issue.number}}'
export Hooks__chat__Scheme=slack Hooks__chat__Secret=$slack_secret Hooks__chat__Prompt='{{event.text!}}'
export Hooks__invoices__Scheme=standard Hooks__invoices__Secret=$standard_secret Hooks__invoices__Prompt='Thank {{data.customer}} for {{data.amount}}.'
export Hooks__ask__Scheme=none Hooks__ask__Prompt='{{question!}}'
EOF
  exit
fi

url=${SPARROW_URL:-http://localhost:7071}/api
key=${SPARROW_KEY:-none}
now=$(date +%s)

send() { # hook, body, headers…
  local hook=$1 body=$2 headers=()
  shift 2
  for header in "$@"; do headers+=(-H "$header"); done
  echo "POST /api/hooks/$hook"
  curl -sS -w ' (%{http_code})\n\n' "$url/hooks/$hook" -H "x-functions-key: $key" -H 'Content-Type: application/json' "${headers[@]}" --data-binary "$body"
}

hex() { openssl dgst -sha256 -hmac "$1" | sed 's/^.* //'; }

body='{"action":"opened","issue":{"number":7,"title":"Upload stops at 99 %","body":null},"repository":{"full_name":"me/app"}}'
send issues "$body" 'X-GitHub-Event: issues' "X-GitHub-Delivery: sample-$now" "X-Hub-Signature-256: sha256=$(printf %s "$body" | hex "$github_secret")"
echo 'The same delivery again:'
send issues "$body" 'X-GitHub-Event: issues' "X-GitHub-Delivery: sample-$now" "X-Hub-Signature-256: sha256=$(printf %s "$body" | hex "$github_secret")"

body='{"type":"event_callback","event_id":"Ev'$now'","event":{"type":"app_mention","text":"What is a heron?"}}'
send chat "$body" "X-Slack-Request-Timestamp: $now" "X-Slack-Signature: v0=$(printf 'v0:%s:%s' "$now" "$body" | hex "$slack_secret")"

body='{"type":"invoice.paid","data":{"customer":"Zoë","amount":"12 €"}}'
hex_secret=$(printf %s "${standard_secret#whsec_}" | openssl base64 -d -A | od -An -tx1 | tr -d ' \n')
signature=$(printf 'msg_%s.%s.%s' "$now" "$now" "$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$hex_secret" -binary | openssl base64 -A)
send invoices "$body" "webhook-id: msg_$now" "webhook-timestamp: $now" "webhook-signature: v1,$signature"

send ask '{"question":"Why is the sky blue?"}' "Idempotency-Key: sample-$now"

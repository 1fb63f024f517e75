#!/bin/sh
# Sends rows to a served model and prints the scored answer, one line for each row.
#
#   scripts/query_server.sh [PORT] [ROWS]
#
# ROWS is a .csv file, or a .json file in one of the forms that MLflow reads, such as {"dataframe_records": [...]}.
# Without ROWS, demo data are sent: the six rows that follow the training split, and two invented anomalies.
set -eu

port=${1:-55755}
rows=${2:-}
url="http://127.0.0.1:$port/invocations"

fail() {
    echo "query_server: $1" >&2
    exit "$2"
}

command -v curl >/dev/null || fail "curl is not installed" 2
case $port in
    '' | *[!0-9]*) fail "expected a port number, got '$port'; usage: scripts/query_server.sh [PORT] [ROWS]" 2 ;;
esac
[ -z "$rows" ] || [ -r "$rows" ] || fail "expected a file of rows that can be read, got $rows" 2
case $rows in
    '' | *.csv) kind=text/csv ;;
    *.json) kind=application/json ;;
    *) fail "expected rows as .csv or .json, got $rows" 2 ;;
esac

print_rows() {
    if [ -n "$rows" ]; then
        cat "$rows"
        return
    fi
    cat <<'END'
timestamp,requests,cpu,memory,network_in,network_out,disk_io,latency,errors
2026-01-15 10:00:00,247.3215,41.3455,51.8826,7.0922,26.5366,24.2873,25.1416,0.0
2026-01-15 10:05:00,204.2671,37.4581,52.407,6.157,26.6721,23.3383,23.8686,0.0
2026-01-15 10:10:00,233.1748,42.1724,51.6268,6.9084,22.7726,28.8139,25.2787,1.0
2026-01-15 10:15:00,215.2956,40.7649,52.1241,6.253,25.6897,25.2548,26.636,2.0
2026-01-15 10:20:00,223.6462,40.4842,52.3469,6.3982,23.9042,25.4575,26.0388,0.0
2026-01-15 10:25:00,250.7029,42.0762,52.9178,7.675,25.4366,25.7947,25.2518,0.0
2026-01-15 10:30:00,223.6462,97.5,52.3469,6.3982,23.9042,25.4575,112.4,14.0
2026-01-15 10:35:00,250.7029,98.2,52.9178,7.675,25.4366,25.7947,131.7,19.0
END
}

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
status=$(print_rows | curl --silent --noproxy '*' --max-time 120 --output "$answer" --write-out '%{http_code}' \
    --header "Content-Type: $kind" --data-binary @- "$url") || true

case $status in
    200) awk '{ gsub(/\}, \{/, "},\n {"); print }' "$answer" ;;
    000) fail "no answer from $url; start a server with: mlflow models serve -m <model URI> -p $port --env-manager local" 1 ;;
    *)
        cat "$answer" >&2
        echo >&2
        fail "the server refused the rows with status $status" 1
        ;;
esac

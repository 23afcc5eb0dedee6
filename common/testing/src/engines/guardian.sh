# Runs a server for as long as whoever started this holds the pipe open, and does as it is told, line by line.
# Each order is answered by a line. At the end the server is killed and its directory removed.
dir=$1
shift
pid=
trap : HUP INT TERM
stop() {
    if [ -n "$pid" ]; then
        kill -KILL "$pid"
        wait "$pid"
        pid=
    fi
} 2>/dev/null
while read -r order; do
    case $order in
    start)
        "$@" </dev/null >>"$dir/output" 2>&1 &
        pid=$!
        ;;
    kill) stop ;;
    *) kill "-$order" "$pid" ;;
    esac
    echo "$pid"
done
stop
rm -rf "$dir"

# Runs a server until the input pipe closes, which the parent process holds open. Executes one
# command per line and confirms each with a line. At the end the server is killed and its directory
# removed.
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
# The states of the server's threads, one a line; T is stopped.
states() {
    cat "/proc/$pid/task/"*/stat 2>/dev/null | sed 's/.*) \(.\).*/\1/' | grep . || ps -o state= -p "$pid"
}
while read -r command; do
    case $command in
    start)
        "$@" </dev/null >>"$dir/output" 2>&1 &
        pid=$!
        ;;
    kill) stop ;;
    STOP)
        kill -STOP "$pid"
        # On a busy machine, some threads run for a while after the signal.
        tries=0
        while states | grep -qv T && [ "$tries" -lt 500 ]; do
            tries=$((tries + 1))
            sleep 0.01
        done
        ;;
    *) kill "-$command" "$pid" ;;
    esac
    echo "$pid"
done
stop
rm -rf "$dir"

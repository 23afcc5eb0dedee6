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
while read -r command; do
    case $command in
    start)
        "$@" </dev/null >>"$dir/output" 2>&1 &
        pid=$!
        ;;
    kill) stop ;;
    *) kill "-$command" "$pid" ;;
    esac
    echo "$pid"
done
stop
rm -rf "$dir"

# Sets up the member beside which it runs, as set-up.js says, then waits to be ended. A secondary is ready as it is; it watches
# for the day that it becomes primary, since after a password was changed no other may be left that knows the new one.
trap 'exit 0' TERM INT
rm -f /tmp/is-set-up

# In the background, since bash takes a signal only between commands.
pause() { sleep "$1" & wait $!; }

NOTHING_TO_DO_YET=3
until mongosh --quiet --norc "mongodb://127.0.0.1:27017/?directConnection=true" /etc/mongodb/set-up.js; do
  if [ $? = $NOTHING_TO_DO_YET ]; then
    touch /tmp/is-set-up
    until bash /etc/mongodb/hello.sh | LC_ALL=C grep -aqP 'isWritablePrimary\x00\x01'; do pause 5; done
  else
    pause 3
  fi
done
touch /tmp/is-set-up
while :; do pause 3600; done

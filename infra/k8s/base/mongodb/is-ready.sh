# Ends with 0 if the member beside which this runs is set up, and primary or secondary. In BSON: the name, a zero, and one for true.
test -e /tmp/is-set-up && bash /etc/mongodb/hello.sh | LC_ALL=C grep -aqP '(isWritablePrimary|secondary)\x00\x01'

# Prints what the member beside which this runs says to {hello: 1, $db: "admin"}, as it comes: BSON in an OP_MSG. mongosh takes
# a second of a core to start, too much for every few seconds, so the one message is written here.
exec 3<>/dev/tcp/127.0.0.1/27017 || exit 1
printf '\x34\0\0\0\x01\0\0\0\0\0\0\0\xdd\x07\0\0\0\0\0\0\0\x1f\0\0\0\x10hello\0\x01\0\0\0\x02$db\0\x06\0\0\0admin\0\0' >&3
timeout 3 dd bs=16k count=1 status=none <&3

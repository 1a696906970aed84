#!/bin/sh
# A certificate authority of your own, and a certificate for each server that Casey speaks to.
#
#   certificates.sh FOLDER NAME...
#
# makes in FOLDER: ca.key and ca.crt, unless they are there; for each NAME, which is the host in Casey's address of it, NAME.key and NAME.crt, anew.
# Casey is given ca.crt alone. Keep ca.key offline: whoever has it can pass for every server here.
set -eu

if [ "$#" -lt 2 ]; then
    echo "usage: $0 FOLDER NAME..." >&2
    exit 2
fi
folder=$1
shift
umask 077
mkdir -p "$folder"
cd "$folder"

new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }

if [ ! -e ca.key ]; then
    new_key ca.key
    openssl req -x509 -new -key ca.key -days 3650 -subj "/CN=Casey's own authority" \
        -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign" -out ca.crt
fi

for name in "$@"; do
    case $name in
        *[!A-Za-z0-9.:-]* | '' | -*) echo "$0: $name is no name of a host" >&2; exit 2 ;;
        *:* | *[0-9].[0-9]*.[0-9]*.[0-9]*) kind=IP ;;
        *) kind=DNS ;;
    esac
    new_key "$name.key"
    openssl req -new -key "$name.key" -subj "/CN=$name" -out "$name.csr"
    printf 'subjectAltName=%s:%s\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n' \
        "$kind" "$name" > "$name.ext"
    # Clients accept no longer than 825 days; renew yearly by running this again.
    openssl x509 -req -in "$name.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 397 -sha256 -extfile "$name.ext" -out "$name.crt" 2> /dev/null
    rm "$name.csr" "$name.ext"
    openssl verify -CAfile ca.crt "$name.crt" > /dev/null
    echo "$folder/$name.crt"
done
# Certificates are public, keys are not.
chmod 644 ./*.crt

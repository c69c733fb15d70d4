#!/bin/sh
# usage: keyring.sh COMMAND...
# Runs COMMAND beside a keychain of its own: a private D-Bus session, an unlocked keyring and a home folder, all thrown away at its end. Exits as
# COMMAND does, and with 97 where such a keychain cannot be had.
set -eu

fail() { # to the file descriptor $2
  echo "keyring.sh: $1" >&"$2"
  exit 97
}

if [ "${KEYRING_INSIDE-}" != 1 ]; then
  for tool in dbus-run-session dbus-send gnome-keyring-daemon; do
    command -v "$tool" > /dev/null ||
      fail "$tool is missing; on Debian: apt-get install -y --no-install-recommends dbus gnome-keyring libsecret-1-0" 2
  done
  home=$(mktemp -d "${TMPDIR:-/tmp}/keyring-XXXXXX")
  trap 'rm -rf "$home"' EXIT
  # COMMAND decides when it ends; everything around it ends after it.
  trap '' INT TERM HUP
  mkdir -m 700 "$home/run"
  # The keyring's files follow these, and what runs inside must find the same ones, never the person's own.
  export HOME="$home" XDG_DATA_HOME="$home/.local/share" XDG_CONFIG_HOME="$home/.config" XDG_CACHE_HOME="$home/.cache" XDG_RUNTIME_DIR="$home/run"
  code=0
  # The bus's own chatter goes to a file; COMMAND gets the caller's standard error back through descriptor 3.
  KEYRING_INSIDE=1 dbus-run-session ${DBUS_SESSION_CONFIG:+--config-file="$DBUS_SESSION_CONFIG"} -- sh "$0" "$@" 3>&2 2> "$home/bus.log" || code=$?
  exit "$code"
fi

unset KEYRING_INSIDE
printf %s throw-away > "$HOME/password"
gnome-keyring-daemon --foreground --unlock --components=secrets < "$HOME/password" > "$HOME/keyring.log" 2>&1 3>&- &
daemon=$!
trap 'kill "$daemon" 2> /dev/null && wait "$daemon" 2> /dev/null || :' EXIT

ready() {
  dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true
}
tries=0
until ready; do
  tries=$((tries + 1))
  [ "$tries" -lt 1200 ] || { cat "$HOME/keyring.log" >&3; fail 'the keychain did not start within a minute' 3; }
  sleep 0.05
done

code=0
"$@" 2>&3 3>&- || code=$?
exit "$code"

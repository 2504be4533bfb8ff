# SPDX-License-Identifier: GPL-2.0
# Shared by the scripts in tools/: where things live, and how a long step is
# announced, logged and made atomic.  Sourced, never run.

set -eu

TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
OUT=$TOP/out
CACHE=${XE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/xe-vgpu}
LOGS=$OUT/log
JOBS=${JOBS:-$(nproc)}

mkdir -p "$OUT" "$LOGS" "$CACHE"

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# key FILE|STRING...: 16 hex digits that change when an input changes.
key() {
	for input; do
		if [ -f "$input" ]; then cat "$input"; else printf '%s\n' "$input"; fi
	done | sha256sum | cut -c1-16
}

# step NAME COMMAND...: run with its output in out/log/NAME.log, say how far it is
# (on a terminal all the time, else once a minute) and how long it took; on failure
# name the step, show the end of the log and give up.
step() {
	_name=$1; shift
	_log=$LOGS/$_name.log
	_start=$(date +%s)
	printf '%-28s ' "$_name" >&2
	"$@" >"$_log" 2>&1 &
	_pid=$!
	_last=
	while kill -0 "$_pid" 2>/dev/null; do
		sleep 0.2
		_now=$(($(date +%s) - _start))
		if [ ! -t 2 ]; then
			[ $((_now / 60)) = "${_last:-0}" ] || printf '%ds, %s lines  ' \
				"$_now" "$(wc -l <"$_log")" >&2
			_last=$((_now / 60))
		else
			[ "$_now" = "$_last" ] || printf '\r%-28s %ds, %s lines ' \
				"$_name" "$_now" "$(wc -l <"$_log")" >&2
			_last=$_now
		fi
	done
	if wait "$_pid"; then
		[ ! -t 2 ] || printf '\r%-28s ' "$_name" >&2
		say "ok, $(($(date +%s) - _start)) s              "
		return 0
	fi
	say "FAILED after $(($(date +%s) - _start)) s; the log is $_log:"
	tail -n 25 "$_log" >&2
	return 1
}

# locked NAME COMMAND...: one at a time across checkouts that share the cache.
locked() {
	_lock=$CACHE/$1.lock; shift
	( flock 9; "$@" ) 9>"$_lock"
}

# Two things that Debian's sparse lacks: __typeof_unqual__, for which __typeof__ does (its
# checks are not about const), and the length of a literal as a constant, which MODULE_INFO()
# asserts.
# shellcheck disable=SC2034
SPARSE="sparse -D__typeof_unqual__=__typeof__ '-D__builtin_strlen(s)=(sizeof(s)-1)'"

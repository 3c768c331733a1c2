# Shared by the scripts beside it: where the repository is, how a step is announced, how something
# is installed. Sourced, never run.
# shellcheck shell=bash disable=SC2034 # what is set here is used by those who source it

# The checkout this file lies in; every script works from there.
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$ROOT" || exit 1

# Cargo's own variable moves the build; everything else that is made goes to target/ here.
BUILD_DIR="${CARGO_TARGET_DIR:-$ROOT/target}"
TOOLS_DIR="$ROOT/target/tools"
GATEWAY="$BUILD_DIR/debug/passerelle"

# In CI the lock file is law; at a desk cargo may add the dependency just written down.
LOCKED=()
if [[ -n "${CI:-}" ]]; then LOCKED=(--locked); fi

# A step, so that a long silence has a name.
say() { printf '\n▸ %s\n' "$*"; }

# A fact about the step under way.
note() { printf '  %s\n' "$*"; }

# The end, with what to do about it.
fail() {
    printf '\n✗ %s\n' "$1" >&2
    shift
    local line
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

# The lowest version that is not below `$1`: true when `$2` is at least `$1`.
at_least() { [[ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" == "$1" ]]; }

# The hash of the files given, to know whether work was done for exactly these.
fingerprint() { cat "$@" | sha256sum | cut -d ' ' -f 1; }

# Installs Debian packages; says that it needs root, and how to do it by hand when it is not.
install_packages() {
    local reason="$1"
    shift
    local as_root=()
    command -v apt-get >/dev/null || fail "$reason is missing, and this is not a Debian system." \
        "Install what these Debian packages hold, then run this again: $*"
    if [[ "$(id -u)" -ne 0 ]]; then
        command -v sudo >/dev/null || fail "$reason is missing, and installing it needs root." \
            "Run this as root, then try again:" "apt-get update && apt-get install --yes $*"
        as_root=(sudo)
    fi
    say "Installing $reason by apt-get (needs root${as_root[0]:+: sudo may ask for a password}): $*"
    local log="$ROOT/target/apt.log"
    mkdir -p "$ROOT/target"
    if ! { "${as_root[@]}" apt-get update &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install --yes --no-install-recommends "$@"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        fail "apt-get could not install $*." "The whole output is in target/apt.log."
    fi
}

# Runs a command in a network of its own, which ends with it: a loopback, one address (10.99.0.1), no
# way out, but a route, without which Firefox takes itself to be offline. Root makes one as it is;
# anybody else needs a kernel that makes them root of it.
in_own_network() {
    local as=()
    [[ "$(id -u)" -eq 0 ]] || as=(--user --map-root-user)
    unshare "${as[@]}" --net -- ip link set lo up || fail \
        "This machine gives nobody a network of their own, which these tests need." \
        "Run them as root, or where this works: unshare --user --map-root-user --net true"
    # shellcheck disable=SC2016 # the inner shell expands its own arguments
    unshare "${as[@]}" --net -- bash -c '
        set -e
        ip link set lo up
        ip link add load0 type veth peer name load1
        ip address add 10.99.0.1/32 dev load0
        ip link set load0 up
        ip link set load1 up
        ip route add default dev load0
        exec "$@"' -- "$@"
}

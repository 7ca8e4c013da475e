# SPDX-License-Identifier: Apache-2.0
# Sourced by runtime/run and itests/run: the tools that a build needs. On Debian, as root, what is missing is installed;
# elsewhere it is named. Before: root (the tree), name (who speaks), log (where apt's words go).

say() {
    echo "$name: $*"
}

fail() {
    echo "$name: $*" >&2
    exit 1
}

# The major version of the compiler, 0 if there is none: a JRE alone cannot build.
jdk_version() {
    local javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac version
    version=$("$javac" -version 2>/dev/null) || version="javac 0"
    version=${version#javac }
    echo "${version%%.*}"
}

# ensure_tools COMMAND="PACKAGE..."...: a JDK, Maven, and these.
ensure_tools() {
    local missing=() packages=() each
    (($(jdk_version) >= 17)) || { missing+=("a JDK 17 or newer"); packages+=(openjdk-17-jdk-headless); }
    for each in mvn=maven "$@"; do
        command -v "${each%%=*}" >/dev/null || { missing+=("${each%%=*}"); packages+=(${each#*=}); }
    done
    ((${#missing[@]})) || return 0
    local list
    list=$(printf '%s, ' "${missing[@]}")
    list=${list%, }
    if [[ -n ${JAVA_HOME:-} ]] && (($(jdk_version) < 17)); then
        fail "JAVA_HOME is $JAVA_HOME, which is no JDK 17 or newer; correct or unset it"
    fi
    if [[ ! -e /etc/debian_version ]]; then
        fail "missing: $list; install it with this system's package manager and start again"
    fi
    if ((EUID != 0)); then
        fail "missing: $list; as root: apt install ${packages[*]}"
    fi
    install_packages "${packages[@]}"
}

# offer_tools COMMAND="PACKAGE..."...: those without which some tests are skipped.
offer_tools() {
    local packages=() each
    for each in "$@"; do
        command -v "${each%%=*}" >/dev/null || packages+=(${each#*=})
    done
    ((${#packages[@]})) || return 0
    if [[ -e /etc/debian_version ]] && ((EUID == 0)); then
        install_packages "${packages[@]}"
    else
        say "some tests will be skipped for want of ${packages[*]}"
    fi
}

install_packages() {
    local packages=("$@")
    say "installing by apt: ${packages[*]} (log: $log)"
    mkdir -p "$(dirname "$log")"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update >"$log" 2>&1 || fail "apt-get update failed; see $log"
    if ! apt-cache show openjdk-17-jdk-headless >/dev/null 2>&1; then # newer releases of Debian have a newer one only
        packages=("${packages[@]/#openjdk-17-jdk-headless/default-jdk-headless}")
    fi
    apt-get install -y --no-install-recommends "${packages[@]}" >>"$log" 2>&1 \
        || fail "apt-get install ${packages[*]} failed; see $log"
}

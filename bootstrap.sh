#!/usr/bin/env bash
# Makes this machine ready: installs the system packages that are missing, then fills .venv with what the lock names.
#
#   ./bootstrap.sh run    what the site needs
#   ./bootstrap.sh dev    that, and what checks it: linters, the test suite and its browser
#
# Finds out what is there by looking for the thing itself, not for a package: where MySQL, Python or Redis came from does
# not matter. PYTHON names another interpreter than python3.
set -euo pipefail
cd "$(dirname "$0")"
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
python=${PYTHON:-python3}
log=var/log/bootstrap.log

fail() { echo "bootstrap: $*" >&2; exit 1; }

missing=()
need() { # package, then the command that succeeds where it is there
  "${@:2}" >/dev/null 2>&1 || missing+=("$1")
}
program() { local name; for name; do command -v "$name" && return; done; return 1; }
python_headers() { test -f "$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h"; }
client_library() { pkg-config --exists libmariadb || pkg-config --exists mysqlclient; }

look_for_packages() {
  need python3 program "$python"
  need python3-venv "$python" -c 'import ensurepip, venv'
  need python3-dev python_headers
  need gcc program gcc
  need libc6-dev test -f /usr/include/stdio.h
  need pkg-config program pkg-config
  need libmariadb-dev client_library
  need mariadb-server-core program "${MYSQLD:-mariadbd}" mariadbd mysqld
  need mariadb-client-core program mariadb mysql
  need redis-server program redis-server
  need nginx-light program nginx
  need tzdata test -f /usr/share/zoneinfo/Asia/Seoul
  need ca-certificates test -f /etc/ssl/certs/ca-certificates.crt
  if [[ $1 == dev ]]; then
    need chromium program chromium
    need fonts-nanum test -d /usr/share/fonts/truetype/nanum
    need rabbitmq-server program rabbitmq-server
  fi
}

# As root. The packages' own services are neither started nor enabled: the project runs private servers.
install_script='
  set -e
  export DEBIAN_FRONTEND=noninteractive
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    trap "rm -f $policy" EXIT
    printf "#!/bin/sh\nexit 101\n" >$policy
    chmod 755 $policy
  fi
  apt-get update -q
  apt-get install -q -y --no-install-recommends "$@"
  for service in redis-server nginx rabbitmq-server; do
    case " $* " in *" $service"*) systemctl disable $service || true ;; esac
  done
'

install_packages() {
  local by_hand="install these as root, then run this again: apt-get install ${missing[*]}" as_root=()
  command -v apt-get >/dev/null || fail "no apt-get here; ${by_hand%%:*}: ${missing[*]}"
  if [[ $EUID != 0 ]]; then
    command -v sudo >/dev/null || fail "$by_hand"
    as_root=(sudo)
    echo "bootstrap: needs sudo for apt-get"
    sudo -v || fail "$by_hand"
  fi
  echo "bootstrap: installing system packages (once): ${missing[*]}"
  "${as_root[@]}" sh -c "$install_script" sh "${missing[@]}" >"$log" 2>&1 </dev/null ||
    { tail -n 15 "$log" >&2; fail "apt-get failed, all of its output is in $log; or $by_hand"; }
}

install_python_packages() {
  local lock=$1
  echo "bootstrap: installing Python packages from $lock (when it changes)"
  .venv/bin/python -c '' 2>/dev/null || "$python" -m venv --clear .venv
  sed -n '/^uv==/,/[^\\]$/p' requirements.lock >"$log.uv" # uv's own entry, with its hashes
  .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$log.uv"
  # uv is the fast way, but it does not read pip's configuration: where an index is set there, pip is the one that works.
  .venv/bin/uv pip sync -q --python .venv/bin/python --compile-bytecode --require-hashes "$lock" ||
    { echo "bootstrap: uv could not, trying pip"
      .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$lock"; } ||
    fail "the Python packages of $lock could not be installed"
}

[[ ${1:-} == run || ${1:-} == dev ]] || { sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2; }
mkdir -p var/log
look_for_packages "$1"
((${#missing[@]} == 0)) || install_packages
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  fail "$("$python" --version) is too old: set PYTHON to the path of Python 3.11 or newer"

lock=requirements.lock
# Once a checkout has the development packages it keeps them, or `make run` and `make test` would undo each other.
[[ $1 == run && ! -e .venv/.dev ]] || lock=requirements-dev.lock
fingerprint=$(sha256sum "$lock"; "$python" -c 'import sys; print(sys.version)')
if [[ $(cat .venv/.installed 2>/dev/null) != "$fingerprint" ]]; then
  install_python_packages "$lock"
  [[ $1 == run ]] || touch .venv/.dev
  echo "$fingerprint" >.venv/.installed
fi
